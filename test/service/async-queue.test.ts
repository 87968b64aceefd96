import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTempFolder } from '../../src/system/temp-folder.js';

type TempFolder = Awaited<ReturnType<typeof createTempFolder>>;

let programFolder: TempFolder;
let program: string;
let state: TempFolder;
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const children = new Set<ChildProcess>();

beforeAll(async () => {
  programFolder = await createTempFolder('queue-program');
  program = path.join(programFolder.path, 'program.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'async/queue-program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => programFolder.remove());
beforeEach(async () => {
  state = await createTempFolder('queue-state');
});
afterEach(async () => {
  for (const child of children) await kill(child);
  await state.remove();
});

async function start(failingShare: number): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(program, [state.path, String(failingShare)]);
  children.add(child);
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The status of the answer; undefined when the connection broke. */
function send(port: number, id: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    request({ host: '127.0.0.1', port, path: `/${id}`, method: 'POST', agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
      response.on('error', () => resolve(undefined));
    })
      .on('error', () => resolve(undefined))
      .end();
  });
}

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(path.join(state.path, file), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '');
}

describe('the durable queue of asynchronous events', () => {
  it('ends each of 2,000 events, 30 % of whose runs fail, with a success or a dead letter and at most 3 runs', async () => {
    const { port, child } = await start(0.3);
    const ids = Array.from({ length: 2000 }, (_, index) => `event-${index}`);
    const statuses = await Promise.all(ids.map((id) => send(port, id)));
    expect(new Set(statuses)).toEqual(new Set([202]));
    await send(port, 'when-empty');
    await kill(child);
    const succeeded = await linesOf('succeeded');
    const dead = await linesOf('dead');
    expect([...succeeded, ...dead].sort()).toEqual([...ids].sort());
    const runs = new Map<string, number>();
    for (const id of await linesOf('runs')) runs.set(id, (runs.get(id) ?? 0) + 1);
    expect(Math.max(...runs.values())).toBe(3);
    // With 0.3 to the power of 3, about 54 of 2,000 events fail three times.
    expect(dead.length).toBeGreaterThan(10);
  });

  it('loses no acknowledged event to 20 kills with SIGKILL', async () => {
    const acknowledged = new Set<string>();
    for (let life = 0; life < 20; life += 1) {
      const { port, child } = await start(0.3);
      let answered = 0;
      let killed: Promise<void> | undefined;
      const sends = Array.from({ length: 120 }, async (_, index) => {
        const id = `life-${life}-event-${index}`;
        if ((await send(port, id)) !== 202) return;
        acknowledged.add(id);
        answered += 1;
        // A different moment in every life, while other events are on their way to the disk.
        if (answered === 5 + life * 5) killed = kill(child);
      });
      await Promise.all(sends);
      await killed;
      // The queue died of the kill in the middle of its work, not by itself and not after it.
      expect(child.signalCode).toBe('SIGKILL');
      expect(answered).toBeGreaterThanOrEqual(5 + life * 5);
    }
    const { port } = await start(0.3);
    expect(await send(port, 'last')).toBe(202);
    await send(port, 'when-empty');
    const ended = new Set([...(await linesOf('succeeded')), ...(await linesOf('dead'))]);
    expect([...acknowledged].filter((id) => !ended.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(20 * 5);
  });
});
