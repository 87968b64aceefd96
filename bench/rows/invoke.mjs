import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../load.mjs';
import { measurePair, median, timeProcess } from '../measure.mjs';
import { bin, createScratchProject, dummyCredentials, startService } from '../scratch-project.mjs';
import { startTwoHopProcesses, startTwoHops } from '../two-hops.mjs';

const modules = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../node_modules');

/** Invoking: the command against a bare SDK script and the aws CLI; one shot from source; the warm path of the service. */
export async function rows() {
  const project = createScratchProject();
  const cwd = project.folder;
  const service = await startService(cwd);
  try {
    const env = { ...dummyCredentials, AWS_ENDPOINT_URL_LAMBDA: service.endpoint };
    const lambdakit = (args) => () => timeProcess(process.execPath, [bin, ...args], { cwd, env });
    await lambdakit(['deploy', '--local', '--quiet'])();
    const rowsOfCommands = await measureCommands({ cwd, env, lambdakit, endpoint: service.endpoint });
    return [...rowsOfCommands, ...(await measureWarm(service)), idleMemory(service)];
  } finally {
    await service.stop();
    project.remove();
  }
}

async function measureCommands({ cwd, env, lambdakit, endpoint }) {
  const empty = path.join(cwd, 'empty.mjs');
  writeFileSync(empty, '');
  const sdk = path.join(cwd, 'sdk.mjs');
  writeFileSync(
    sdk,
    `import { InvokeCommand, LambdaClient } from '${modules}/@aws-sdk/client-lambda/dist-es/index.js';
const response = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'hello', Payload: '{"name":"Ada"}' }));
process.stdout.write(response.Payload);
`.replace('/dist-es/index.js', '/dist-cjs/index.js'),
  );
  const invoke = lambdakit(['invoke', 'hello', '--endpoint-url', endpoint, '--payload', '{"name":"Ada"}']);
  const bare = () => timeProcess(process.execPath, [sdk], { cwd, env });
  const aws = () =>
    timeProcess(
      'aws',
      ['lambda', 'invoke', '--function-name', 'hello', '--payload', '{"name":"Ada"}', path.join(cwd, 'out.json')],
      { cwd, env },
    );
  const oneShot = lambdakit(['local', 'invoke', 'hello', '--payload', '{"name":"Ada"}']);
  const node = () => timeProcess(process.execPath, [empty]);
  return [
    await row('lambdakit invoke', 'bare SDK script', 1.5, invoke, bare),
    await row('lambdakit invoke', 'aws lambda invoke', 0.4, invoke, aws),
    await row('lambdakit local invoke, cold', 'empty node script', 6, oneShot, node),
  ];
}

async function row(what, peer, budget, ours, theirs) {
  try {
    const { oursMs, theirsMs, ratio } = await measurePair(ours, theirs);
    return { what, ours: oursMs, theirs: theirsMs, unit: 'ms', peer, ratio, budget };
  } catch (error) {
    if (error.code === 'ENOENT') return { what, peer, budget, skipped: `${peer} is not installed` };
    throw error;
  }
}

/**
 * Warm invocations through the REST API, in rounds that take turns with two floors: one with its front beside the callers,
 * which the budget means, and one with a process for each of the two, as ours are, to tell how much of the rest is ours.
 */
async function measureWarm(service) {
  const url = `${service.endpoint}/2015-03-31/functions/hello/invocations`;
  const floors = [
    { peer: 'two-hop loop', budget: 1.3, floor: await startTwoHops() },
    { peer: 'two-hop loop of two processes', floor: await startTwoHopProcesses() },
  ];
  const measured = [];
  try {
    for (const callers of [1, 8, 64]) {
      const { mine, peers } = await measureInTurns(url, floors, callers);
      for (const { peer, budget, perSecond, p50, ratio } of peers) {
        const rates = `${Math.round(mine.perSecond)}/s of ${Math.round(perSecond)}/s, p99 ${mine.p99.toFixed(1)} ms`;
        measured.push({
          what: `warm invoke p50, ${callers} caller${callers > 1 ? 's' : ''} (${rates})`,
          ours: mine.p50,
          theirs: p50,
          unit: 'ms',
          peer,
          ratio,
          ...(budget !== undefined && { budget }),
        });
      }
    }
  } finally {
    for (const { floor } of floors) floor.stop();
  }
  return measured;
}

/** So many that compilers and heaps have settled on both sides. */
const WARM_UP = 3000;

/** Many short rounds, because a machine that is shared loses its processors for a moment now and then. */
const ROUNDS = 15;

/** Requests of a round for each caller: with few of them it is the making of the connections that is measured. */
const REQUESTS_PER_CALLER = 64;

/** The medians of all rounds, and the median of the ratios in each. */
async function measureInTurns(url, floors, callers) {
  const count = Math.max(400, callers * REQUESTS_PER_CALLER);
  const urls = [url, ...floors.map(({ floor }) => floor.url)];
  for (const target of urls) await load({ url: target, callers, count: WARM_UP });
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const runs = [];
    for (const target of urls) runs.push(await load({ url: target, callers, count }));
    rounds.push(runs);
  }
  const middle = (index, key) => median(rounds.map((runs) => runs[index][key]));
  return {
    mine: { p50: middle(0, 'p50'), p99: middle(0, 'p99'), perSecond: middle(0, 'perSecond') },
    peers: floors.map(({ peer, budget }, index) => ({
      ...{ peer, budget, p50: middle(index + 1, 'p50'), perSecond: middle(index + 1, 'perSecond') },
      ratio: median(rounds.map((runs) => runs[0].p50 / runs[index + 1].p50)),
    })),
  };
}

/** Resident memory of the service process, its children not counted, after the load. Linux only. */
function idleMemory(service) {
  const what = 'resident memory of the service after load';
  if (process.platform !== 'linux') return { what, skipped: 'read from /proc' };
  const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]);
  return { what, ours: kb / 1024, theirs: 110, unit: 'MB', peer: 'budget when idle', ratio: kb / 1024 / 110 };
}
