import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds from start to exit of a whole process; throws when it fails. */
export async function timeProcess(command, args, { cwd, env, input } = {}) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  if (input !== undefined) child.stdin.end(input);
  const [code, signal] = await once(child, 'exit');
  const elapsedMs = performance.now() - started;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}: ${stderr.slice(-2000)}`);
  return elapsedMs;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

/**
 * Measures two jobs in turn, A B A B …, after one uncounted round, so that a drift of the machine's speed
 * meets both. Returns the medians and the median of the pairwise ratios.
 */
export async function measurePair(ours, theirs, rounds = 7) {
  await ours();
  await theirs();
  const pairs = [];
  for (let round = 0; round < rounds; round++) pairs.push([await ours(), await theirs()]);
  return {
    oursMs: median(pairs.map(([a]) => a)),
    theirsMs: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}
