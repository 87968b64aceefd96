import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'vitest';
import { createKit, createProject, HANDLER, onlyResult, projectFile, writeFiles } from './deploy-kit.js';
import { startFaultProxy } from './fault-proxy.js';

export interface KillOptions {
  readonly endpoint: string;
  /** The call at which the process is killed. */
  readonly at: number;
  /** Killed after the service has done it, and before the answer arrives. */
  readonly isAfterEffect: boolean;
  /** True for the first deployment of a function, false for an update. */
  readonly isFirst: boolean;
}

const ROLE = 'arn:aws:iam::000000000000:role/r';
const bin = path.resolve(import.meta.dirname, '../../bin/run.js');
let number = 0;

/**
 * Kills a deployment at one of its calls, runs it again, and compares what is deployed with what an
 * undisturbed deployment of the same two states leaves. Answers false when there were fewer calls.
 */
export async function killAndDeployAgain(options: KillOptions): Promise<boolean> {
  const { endpoint, at, isFirst } = options;
  const names = [`killed-${++number}-${at}`, `calm-${number}-${at}`] as const;
  const folder = createProject();
  const write = (name: string, settings: object, source: string): void =>
    writeFiles(folder, {
      'lambdakit.json': projectFile({ functionName: name, role: ROLE, alias: 'live', ...settings }),
      'src/index.mjs': source,
    });
  const first = { timeout: 3 };
  const second = {
    timeout: 9,
    url: { authType: 'NONE' },
    tags: { team: 'a' },
    concurrency: { reserved: 1 },
    eventInvokeConfig: { maximumRetryAttempts: 0 },
    recursiveLoop: 'Allow',
  };
  const kit = createKit({ folder, endpoint });
  for (const name of isFirst ? [] : names) {
    write(name, first, HANDLER);
    onlyResult(await kit.deploy());
  }
  write(names[1], second, `${HANDLER}// 2\n`);
  onlyResult(await kit.deploy());
  write(names[0], second, `${HANDLER}// 2\n`);
  const wasKilled = await deployAndKill(folder, options);
  onlyResult(await kit.deploy());
  const [killed, calm] = [await stateOf(kit, names[0]), await stateOf(kit, names[1])];
  expect(killed).toEqual(calm);
  await rollBackAndForth(kit, names[0]);
  const calls = await kit.context.lambda();
  for (const FunctionName of names) await calls.deleteFunction({ FunctionName });
  return wasKilled;
}

/** The version before must be reachable, and the deployment after it be whole again. */
async function rollBackAndForth(kit: ReturnType<typeof createKit>, name: string): Promise<void> {
  const calls = await kit.context.lambda();
  const { FunctionVersion } = await calls.getAlias({ FunctionName: name, Name: 'live' });
  if (Number(FunctionVersion) < 2) return;
  const { rollback } = await import('../../src/actions/rollback.js');
  expect(await rollback({ target: name, alias: 'live' }, kit.context)).toMatchObject({ from: '2', to: '1' });
  const again = onlyResult(await kit.deploy());
  expect(again.steps.map(({ step }) => step)).toEqual(['publish-version', 'update-alias']);
  expect((await calls.getAlias({ FunctionName: name, Name: 'live' })).FunctionVersion).toBe('2');
}

async function deployAndKill(folder: string, { endpoint, at, isAfterEffect }: KillOptions): Promise<boolean> {
  let wasKilled = false;
  const kill = (): void => {
    wasKilled = true;
    child.kill('SIGKILL');
  };
  const proxy = await startFaultProxy({
    target: endpoint,
    faultFor: ({ number: call }) => {
      if (call !== at || isAfterEffect) return 'none';
      kill();
      return 'stall-before';
    },
    onForwarded: ({ number: call }) => {
      if (call === at && isAfterEffect) kill();
    },
  });
  const child = spawn(process.execPath, [bin, 'deploy', '--endpoint-url', proxy.endpoint], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: folder, CI: '1', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  const [code] = await once(child, 'close');
  // Only a deployment that has come to its end had fewer calls; anything else would hide what was not tried.
  if (!wasKilled && code !== 0) throw new Error(`the deployment ended with ${String(code)} before call ${at}`);
  return wasKilled;
}

/** All that a deployment makes, without what differs by name and moment. */
async function stateOf(kit: ReturnType<typeof createKit>, name: string): Promise<object> {
  const calls = await kit.context.lambda();
  const target = { FunctionName: name };
  const [found, versions, aliases, url, policy] = await Promise.all([
    calls.getFunction(target),
    calls.listVersionsByFunction(target),
    calls.listAliases(target),
    calls.getFunctionUrlConfig({ ...target, Qualifier: 'live' }),
    calls.getPolicy({ ...target, Qualifier: 'live' }),
  ]);
  const { Timeout, CodeSha256, LastUpdateStatus, State } = found.Configuration ?? {};
  return {
    settings: { Timeout, CodeSha256, LastUpdateStatus, State },
    tags: found.Tags,
    reserved: found.Concurrency,
    versions: versions.Versions?.map(({ Version, CodeSha256: sha256, Timeout: timeout }) => ({
      Version,
      sha256,
      timeout,
    })),
    aliases: aliases.Aliases?.map(({ Name, FunctionVersion, RoutingConfig }) => ({
      Name,
      FunctionVersion,
      RoutingConfig,
    })),
    url: { auth: url.AuthType, cors: url.Cors },
    policy: policy.Policy?.replaceAll(name, 'NAME'),
  };
}
