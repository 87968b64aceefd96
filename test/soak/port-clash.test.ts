import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultOf, startBin } from '../e2e/bin-kit.js';

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const ROUNDS = 11;

/** What a second is on a machine that starts an empty script in 50 ms; on a slower one it is as much longer. */
const MOST_TIMES_EMPTY_SCRIPT = 20;

const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-clash-'));
const empty = path.join(folder, 'empty.mjs');
beforeAll(() => writeFileSync(empty, ''));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[]) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [...args], { cwd: folder, encoding: 'utf8' });
  return { status, stderr, ms: performance.now() - startedAt };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1]!;
}

/** Runs both in turns, so that whatever else the machine does falls on both. */
function expectQuickRefusal(args: readonly string[], told: RegExp): void {
  const [refusals, scripts]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { status, stderr, ms } = run([bin, ...args]);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(told);
    refusals.push(ms);
    scripts.push(run([empty]).ms);
  }
  const figures = { refusalMs: Math.round(median(refusals)), emptyScriptMs: Math.round(median(scripts)) };
  console.log(JSON.stringify({ args, ...figures }));
  expect(figures.refusalMs).toBeLessThan(Math.max(1000, MOST_TIMES_EMPTY_SCRIPT * figures.emptyScriptMs));
}

describe('a local service that cannot start says so within a second', () => {
  it('when its port is taken', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const holder = process.platform === 'linux' ? `process ${process.pid}` : '';
      expectQuickRefusal(['local', 'start', '--port', String(port)], new RegExp(`port ${port} .*in use.*${holder}`));
    } finally {
      server.close();
    }
  });

  it('when one runs already for the project', async () => {
    const child = startBin(['local', 'start', '--port', '0', '--json'], { cwd: folder });
    const ended = resultOf(child);
    try {
      await once(child.stdout!, 'data');
      expectQuickRefusal(['local', 'start', '--port', '0'], new RegExp(`process ${child.pid}`));
    } finally {
      child.kill('SIGINT');
      await ended;
    }
  });
});
