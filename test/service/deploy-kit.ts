import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionContext } from '../../src/actions/action-context.js';
import { deployFunctions } from '../../src/actions/deploy/deploy-functions.js';
import type { DeployOutcome, DeployRequest } from '../../src/actions/deploy/deploy-request.js';
import type { ProgressEvent } from '../../src/actions/progress.js';
import type { AwsConnection } from '../../src/aws/connection.js';
import { openLambda } from '../../src/aws/lambda-calls.js';
import { openNeighbours } from '../../src/aws/neighbour-calls.js';
import type { AwsRetry } from '../../src/aws/send-with-retries.js';
import { loadProject } from '../../src/config/load-project.js';

/** A folder of this test with these files, away with it. */
export function createFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

/** The settings that every function of these tests has. */
export const BASE = {
  code: 'src',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  build: { builder: 'none' },
} as const;

export const HANDLER = 'export const handler = async (event) => ({ event });\n';

/** A project with one function `hello` in `src`. */
export function createProject(settings: object = {}, source = HANDLER): string {
  return createFolder({ 'lambdakit.json': projectFile(settings), 'src/index.mjs': source });
}

export function projectFile(settings: object): string {
  return JSON.stringify({ service: 'kit', region: 'us-east-1', functions: { hello: { ...BASE, ...settings } } });
}

export interface KitOptions {
  readonly folder: string;
  readonly endpoint: string;
  /** Where S3 is, when not at the same endpoint. */
  readonly s3Endpoint?: string | undefined;
  /** Where AWS Signer is, when not at the same endpoint. */
  readonly signerEndpoint?: string | undefined;
  /** True where IAM, STS, logs and CloudWatch answer at the endpoint. */
  readonly isAws?: boolean;
  readonly signal?: AbortSignal;
  readonly attemptTimeoutMs?: number;
  readonly requestsPerSecond?: number;
}

/** An action's context without a command line, which remembers what was called and told. */
export interface Kit {
  readonly context: ActionContext;
  /** The operations that succeeded or failed, in order. */
  readonly operations: string[];
  readonly retries: AwsRetry[];
  readonly events: ProgressEvent[];
  deploy(request?: Partial<DeployRequest>): Promise<DeployOutcome>;
}

export function createKit(options: KitOptions): Kit {
  const { folder, endpoint, isAws = false, signal = new AbortController().signal } = options;
  const operations: string[] = [];
  const retries: AwsRetry[] = [];
  const events: ProgressEvent[] = [];
  const connection: AwsConnection = {
    region: 'us-east-1',
    endpointUrl: endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    signal,
    onCall: ({ operation }) => operations.push(operation),
    onRetry: (retry) => retries.push(retry),
    attemptTimeoutMs: options.attemptTimeoutMs,
    requestsPerSecond: options.requestsPerSecond,
  };
  const lambda = openLambda(connection);
  const doors = openNeighbours((service) => ({
    ...connection,
    endpointUrl: { S3: options.s3Endpoint, SIGNER: options.signerEndpoint }[service as string] ?? endpoint,
  }));
  const closers = [() => lambda.dispose(), () => doors.dispose()];
  onTestFinished(() => {
    for (const close of closers) close();
  });
  const { s3, sqs, iam, sts, logs, cloudWatch, ecr, signer, events: rules } = doors;
  const others = isAws
    ? { iam, sts, logs, cloudWatch, ecr, signer, events: rules }
    : { iam: undefined, sts: undefined, logs: undefined, cloudWatch: undefined, ecr: undefined, events: undefined };
  const context: ActionContext = {
    signal,
    progress: (event) => events.push(event),
    project: (flags) => loadProject({ folder, environment: {}, flags: { function: flags } }),
    lambda: async () => lambda.calls,
    lambdaUntil: async (end) => {
      const door = openLambda({ ...connection, signal: end });
      closers.push(() => door.dispose());
      return door.calls;
    },
    neighbours: async () => ({ s3, sqs, ...others, region: 'us-east-1' }),
  };
  return {
    context,
    operations,
    retries,
    events,
    deploy: (request) => deployFunctions({ ...REQUEST, ...request }, context),
  };
}

const REQUEST: DeployRequest = {
  names: [],
  isAll: true,
  isDryRun: false,
  publish: false,
  scope: 'all',
  mergesEnvironment: false,
  prunes: false,
  overrides: {},
  concurrency: 8,
};

/** The only result; a failure is thrown, so that the test shows its reason. */
export function onlyResult({ results, failures }: DeployOutcome) {
  // The cause of the error is the SDK's, whose whole connection would be printed.
  if (failures[0] !== undefined) throw new Error(`${failures[0].error.code}: ${failures[0].error.message}`);
  return results[0]!;
}
