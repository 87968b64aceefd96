import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from '../load.mjs';
import { measurePair, median, timeProcess } from '../measure.mjs';
import { installPeers, startServerlessOffline } from '../peers.mjs';
import { bin, createScratchProject, dummyCredentials, startService } from '../scratch-project.mjs';

/** The local service against serverless-offline (worker threads) and lambda-local (in the same process). */
export async function rows() {
  const peers = installPeers();
  if (peers === undefined)
    return [{ what: 'warm invokes per second', peer: 'serverless-offline', skipped: 'the peers cannot be installed' }];
  const project = createScratchProject();
  const cwd = project.folder;
  const service = await startService(cwd);
  const offline = await startServerlessOffline(peers);
  try {
    await timeProcess(process.execPath, [bin, 'deploy', '--local', '--quiet'], { cwd, env: dummyCredentials });
    const url = `${service.endpoint}/2015-03-31/functions/hello/invocations`;
    const warm = [];
    for (const callers of [1, 8, 64]) warm.push(await compare(callers, url, offline.url));
    return [...warm, await oneShot(peers, cwd)];
  } finally {
    await service.stop();
    await offline.stop();
    project.remove();
  }
}

async function compare(callers, url, peerUrl) {
  const count = callers === 1 ? 1000 : 3000;
  const ours = [];
  const theirs = [];
  for (let round = 0; round < 4; round++) {
    const [mine, other] = [await load({ url, callers, count }), await load({ url: peerUrl, callers, count })];
    if (round === 0) continue; // The first round warms both.
    ours.push(mine);
    theirs.push(other);
  }
  const middle = (runs, key) => median(runs.map((run) => run[key]));
  const [mine, other] = [middle(ours, 'perSecond'), middle(theirs, 'perSecond')];
  const latencies = `p50 ${middle(ours, 'p50').toFixed(1)} / ${middle(theirs, 'p50').toFixed(1)} ms, p99 ${middle(ours, 'p99').toFixed(1)} / ${middle(theirs, 'p99').toFixed(1)} ms`;
  return {
    what: `warm invokes, ${callers} caller${callers > 1 ? 's' : ''} (${latencies})`,
    ours: mine,
    theirs: other,
    unit: '/s',
    peer: 'serverless-offline',
    ratio: mine / other,
    budget: 1,
    higherIsBetter: true,
  };
}

async function oneShot(peers, cwd) {
  const [handler, event] = [path.join(cwd, 'handler.cjs'), path.join(cwd, 'event.json')];
  writeFileSync(handler, 'exports.handler = async (event) => ({ hello: event.name });\n');
  writeFileSync(event, '{"name":"Ada"}\n');
  const cli = path.join(peers, 'node_modules/lambda-local/build/cli.js');
  const { oursMs, theirsMs, ratio } = await measurePair(
    () => timeProcess(process.execPath, [bin, 'local', 'invoke', 'hello', '--payload', '{"name":"Ada"}'], { cwd }),
    () => timeProcess(process.execPath, [cli, '-l', handler, '-h', 'handler', '-e', event], { cwd }),
  );
  return {
    what: 'lambdakit local invoke, cold',
    ours: oursMs,
    theirs: theirsMs,
    unit: 'ms',
    peer: 'lambda-local (same process)',
    ratio,
  };
}
