import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect } from 'vitest';
import { createKit, createProject, HANDLER, onlyResult, projectFile, writeFiles } from './deploy-kit.js';
import { startFaultProxy } from './fault-proxy.js';

/** When the process is killed. */
export type PointOfDeath =
  /** At a call to Lambda or S3; after its effect: the service has done it, and the answer has not arrived. */
  | { readonly call: number; readonly isAfterEffect: boolean }
  /** So long after it was started, whatever it does then: read, build, write, or send. */
  | { readonly atMs: number };

export interface KillOptions {
  readonly endpoint: string;
  /** Where packages are staged; without it they travel inside the calls. */
  readonly s3Endpoint?: string | undefined;
  readonly point: PointOfDeath;
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
  const { endpoint, s3Endpoint, isFirst } = options;
  const names = [`killed-${++number}`, `calm-${number}`] as const;
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
    permissions: [{ statementId: 'bucket', principal: 's3.amazonaws.com' }],
  };
  const kit = createKit({ folder, endpoint, s3Endpoint });
  const deploy = async (name: string, ...state: readonly [object, string]): Promise<void> => {
    write(name, ...state);
    onlyResult(await kit.deploy({ s3Bucket: s3Endpoint === undefined ? undefined : name }));
  };
  for (const name of isFirst ? [] : names) await deploy(name, first, HANDLER);
  await deploy(names[1], second, `${HANDLER}// 2\n`);
  write(names[0], second, `${HANDLER}// 2\n`);
  const wasKilled = await deployAndKill(folder, names[0], options);
  await deploy(names[0], second, `${HANDLER}// 2\n`);
  const [killed, calm] = [await stateOf(kit, names[0]), await stateOf(kit, names[1])];
  expect(killed).toEqual(calm);
  if (s3Endpoint !== undefined) expect(await objectsIn(kit, names[0])).toEqual(await objectsIn(kit, names[1]));
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

async function objectsIn(kit: ReturnType<typeof createKit>, bucket: string): Promise<readonly string[]> {
  const { s3 } = await kit.context.neighbours();
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket });
  return Contents.map(({ Key = '' }) => Key);
}

async function deployAndKill(
  folder: string,
  name: string,
  { endpoint, s3Endpoint, point }: KillOptions,
): Promise<boolean> {
  let wasKilled = false;
  let calls = 0;
  const kill = (): void => {
    wasKilled = true;
    child.kill('SIGKILL');
  };
  const doomed = new Set<number>();
  const proxyFor = (target: string) =>
    startFaultProxy({
      target,
      faultFor: ({ number: ofProxy }) => {
        if (!('call' in point) || ++calls !== point.call) return 'none';
        if (point.isAfterEffect) {
          doomed.add(ofProxy);
          return 'none';
        }
        kill();
        return 'stall-before';
      },
      onForwarded: ({ number: ofProxy }) => {
        if (doomed.has(ofProxy)) kill();
      },
    });
  const proxy = await proxyFor(endpoint);
  const s3Proxy = s3Endpoint === undefined ? undefined : await proxyFor(s3Endpoint);
  const bucket = s3Proxy === undefined ? [] : ['--s3-bucket', name];
  const child = spawn(process.execPath, [bin, 'deploy', '--endpoint-url', proxy.endpoint, ...bucket], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CI: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(s3Proxy !== undefined && { AWS_ENDPOINT_URL_S3: s3Proxy.endpoint }),
    },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = 'atMs' in point ? setTimeout(kill, point.atMs) : undefined;
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  // Only a deployment that has come to its end had fewer calls; anything else would hide what was not tried.
  if (!wasKilled && code !== 0) throw new Error(`the deployment ended with ${String(code)}: ${stderr}`);
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
