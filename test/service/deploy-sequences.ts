import { expect } from 'vitest';
import { createKit, createProject, HANDLER, onlyResult, projectFile, writeFiles } from './deploy-kit.js';
import { type Fault, type FaultProxy, seededRandom, startFaultProxy, stormOf } from './fault-proxy.js';

export interface SequenceOptions {
  /** The service itself. */
  readonly endpoint: string;
  readonly seed: number;
  readonly deployments: number;
  /** How many of the calls go wrong (0 to 1). */
  readonly rate: number;
  readonly faults: readonly Fault[];
  /** A name for the proxy that is looked up for every call; default: its address. */
  readonly host?: string;
}

/** What a project may say at some moment; every choice is the seed's. */
export function randomSettings(
  name: string,
  random: () => number,
): { readonly settings: object; readonly source: string } {
  const choose = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return {
    settings: {
      functionName: name,
      alias: 'live',
      timeout: choose(3, 10, 30),
      memorySize: choose(128, 256),
      description: choose('one', 'two'),
      environment: choose({}, { TABLE_NAME: 'a' }, { TABLE_NAME: 'b', OTHER: 'c' }),
      tags: choose({}, { team: 'a' }, { team: 'b', cost: 'c' }),
      url: choose(undefined, { authType: 'NONE' }, { authType: 'AWS_IAM' }),
      permissions: choose(undefined, [
        { statementId: 'a', principal: choose('s3.amazonaws.com', 'sns.amazonaws.com') },
      ]),
      concurrency: choose(undefined, { reserved: choose(1, 2) }),
      eventInvokeConfig: choose(undefined, { maximumRetryAttempts: choose(0, 1) }),
      recursiveLoop: choose('Allow', 'Terminate'),
    },
    source: `${HANDLER}// ${choose('a', 'b', 'c')}\n`,
  };
}

/**
 * Deploys one random state of a project after the other through a storm; after each the function must
 * be exactly as wanted, with as many versions as there were releases.
 */
export async function deployThroughStorm(
  options: SequenceOptions,
): Promise<{ readonly retries: number; readonly faults: number }> {
  const { endpoint, seed, deployments } = options;
  const random = seededRandom(seed);
  const name = `storm-${seed}`;
  const folder = createProject();
  const proxy = await startStorm(options, random);
  const stormy = createKit({ folder, endpoint: proxy.endpoint, attemptTimeoutMs: 1_000 });
  const calm = createKit({ folder, endpoint });
  const calls = await calm.context.lambda();
  const releases = new Set<string>();
  for (let count = 0; count < deployments; count++) {
    const { settings, source } = randomSettings(name, random);
    writeFiles(folder, { 'lambdakit.json': projectFile(settings), 'src/index.mjs': source });
    const result = onlyResult(await stormy.deploy({ prunes: true }));
    if (result.version !== undefined) releases.add(result.version);
    const after = onlyResult(await calm.deploy({ isDryRun: true, prunes: true }));
    expect(after.steps, `seed ${seed}, deployment ${count}`).toEqual([]);
  }
  const { Versions = [] } = await calls.listVersionsByFunction({ FunctionName: name });
  expect(Versions.map(({ Version }) => Version).filter((version) => version !== '$LATEST')).toEqual(
    [...releases].toSorted((a, b) => Number(a) - Number(b)),
  );
  const { Aliases = [] } = await calls.listAliases({ FunctionName: name });
  expect(Aliases.map(({ Name }) => Name)).toEqual(['live']);
  await calls.deleteFunction({ FunctionName: name });
  const played = Object.entries(proxy.counts).filter(([fault]) => fault !== 'none');
  return { retries: stormy.retries.length, faults: played.reduce((sum, [, times]) => sum + times, 0) };
}

/**
 * Deploys random states through a storm in which not every deployment comes through; after each a calm one must
 * bring about what was wanted. Answers how each has ended: `succeeded`, or the code of its error.
 */
export async function outcomesInStorm(options: SequenceOptions): Promise<readonly string[]> {
  const { endpoint, seed, deployments } = options;
  const random = seededRandom(seed);
  const name = `fierce-${seed}`;
  const folder = createProject();
  const proxy = await startStorm(options, random);
  const stormy = createKit({ folder, endpoint: proxy.endpoint, attemptTimeoutMs: 1_000 });
  const calm = createKit({ folder, endpoint });
  const outcomes: string[] = [];
  for (let count = 0; count < deployments; count++) {
    const { settings, source } = randomSettings(name, random);
    writeFiles(folder, { 'lambdakit.json': projectFile(settings), 'src/index.mjs': source });
    const { failures } = await stormy.deploy({ prunes: true });
    outcomes.push(failures[0]?.error.code ?? 'succeeded');
    onlyResult(await calm.deploy({ prunes: true }));
    const after = onlyResult(await calm.deploy({ isDryRun: true, prunes: true }));
    expect(after.steps, `seed ${seed}, deployment ${count}`).toEqual([]);
  }
  const calls = await calm.context.lambda();
  await calls.deleteFunction({ FunctionName: name });
  return outcomes;
}

async function startStorm(
  { endpoint, rate, faults, host }: SequenceOptions,
  random: () => number,
): Promise<FaultProxy> {
  const proxy = await startFaultProxy({
    target: endpoint,
    faultFor: stormOf(rate, random, faults),
    closesConnections: host !== undefined,
  });
  return host === undefined ? proxy : { ...proxy, endpoint: proxy.endpoint.replace('127.0.0.1', host) };
}

export const ALL_FAULTS: readonly Fault[] = [
  'throttle',
  'server-error',
  'unavailable',
  'reset-before',
  'reset-after',
  'half-body',
  'stall-before',
  'stall-after',
];
