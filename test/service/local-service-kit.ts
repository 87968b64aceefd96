import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { LocalService, LocalServiceOptions } from '../../src/local/index.js';
import { startLocalService } from '../../src/local/index.js';
import { makeZip } from './zip-maker.js';

export const ROLE = 'arn:aws:iam::000000000000:role/service';

/** A service on a temp folder; `dispose` removes both. */
export interface TestService extends LocalService {
  readonly stateFolder: string;
  /** Errors of the service's own, which no test expects. */
  readonly bugs: unknown[];
}

export async function startTestService(options: Partial<LocalServiceOptions> = {}): Promise<TestService> {
  const stateFolder = options.stateFolder ?? (await mkdtemp(path.join(os.tmpdir(), 'lambdakit-service-')));
  const bugs: unknown[] = [];
  const service = await startLocalService({
    ...options,
    stateFolder,
    onBug: (error, operation) => bugs.push(`${operation}: ${error instanceof Error ? error.stack : String(error)}`),
  });
  return {
    ...service,
    stateFolder,
    bugs,
    dispose: async () => {
      await service.dispose();
      if (options.stateFolder === undefined) await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

/** A package with one Node.js module. */
export function nodePackage(source: string): Buffer {
  return makeZip([{ name: 'index.mjs', content: source }]);
}

/** Answers with what it was called with. */
export const ECHO = nodePackage(
  `export const handler = async (event, context) => ({ event, version: context.functionVersion, arn: context.invokedFunctionArn, id: context.awsRequestId, client: context.clientContext ?? null });`,
);
