import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionContext } from '../../../../src/actions/action-context.js';
import { deployFunctions } from '../../../../src/actions/deploy/deploy-functions.js';
import type { DeployRequest } from '../../../../src/actions/deploy/deploy-request.js';
import { renderDeploy } from '../../../../src/cli/render/deploy.js';
import { PLAIN } from '../../../../src/cli/style.js';
import { loadProject } from '../../../../src/config/load-project.js';
import { isLambdakitError, LambdakitError } from '../../../../src/errors/lambdakit-error.js';

export interface PlanOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly stage?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly request?: Partial<DeployRequest>;
  /** What AWS answers, by operation; whatever is not here does not exist there. */
  readonly deployed?: Readonly<Record<string, unknown>>;
}

/** The source that the plans are made for; its archive is the same on every machine. */
export const SOURCE = { 'src/index.mjs': 'export const handler = async (event) => event;\n' };

/**
 * The plan of a project, as `deploy --dry-run` prints it, against an AWS that answers from a table; or the message
 * with which it is refused. Checksums and the folder are left out.
 */
export async function planOf({ files, stage, environment = {}, request, deployed = {} }: PlanOptions): Promise<string> {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ ...SOURCE, ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const calls = answering(deployed);
  const context = {
    signal: new AbortController().signal,
    progress: () => undefined,
    project: (flags) => loadProject({ folder, environment, stage, flags: { function: flags } }),
    lambda: async () => calls,
    neighbours: async () => ({
      ...{ s3: calls, iam: calls, sts: calls, logs: calls, cloudWatch: calls, events: calls },
      region: 'eu-west-1',
    }),
  } as Partial<ActionContext> as ActionContext;
  const shown = async (): Promise<string> => {
    const outcome = await deployFunctions({ ...REQUEST, ...request }, context);
    const [failure] = outcome.failures;
    if (failure !== undefined) throw failure.error;
    return renderDeploy(outcome, PLAIN);
  };
  const text = await shown().catch((error: unknown) => {
    if (!isLambdakitError(error)) throw error;
    return [`${error.code}: ${error.message}`, ...(error.hint === undefined ? [] : [`  ${error.hint}`])].join('\n');
  });
  return text.replaceAll(folder, '/project').replaceAll(/\b[A-Za-z0-9+/]{43}=/g, '(sha256)');
}

const REQUEST: DeployRequest = {
  names: [],
  isAll: true,
  isDryRun: true,
  publish: false,
  scope: 'all',
  mergesEnvironment: false,
  prunes: false,
  overrides: {},
  concurrency: 1,
};

/** Calls that answer from a table, and only read: any other one would change something during a dry run. */
function answering(table: Readonly<Record<string, unknown>>) {
  const answer = async (operation: string): Promise<unknown> => {
    if (operation in table) return table[operation];
    if (/^(list|describe)/.test(operation)) return {};
    if (/^get/.test(operation)) throw new LambdakitError('not-found', `${operation}: there is none`);
    throw new Error(`a dry run calls ${operation}`);
  };
  return new Proxy(
    {},
    // Whoever awaits the calls looks for `then`.
    { get: (_, operation) => (operation === 'then' ? undefined : () => answer(String(operation))) },
  ) as never;
}
