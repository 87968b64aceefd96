import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll } from 'vitest';

/** moto's server, an AWS that none of us wrote, for the tests of one file. */
export interface MotoServer {
  /** Why it cannot be used here, as the end of a test's title; empty when it can. */
  readonly missing: string;
  /** Where it listens; known once the tests run. */
  readonly endpoint: string;
}

/** Starts moto's server before the tests of the file that calls this, and ends it after them. */
export function useMotoServer(): MotoServer {
  const missing = isInstalled() ? '' : ' (skipped: python3 with moto[server] is not installed)';
  let running: Awaited<ReturnType<typeof start>> | undefined;
  beforeAll(async () => {
    if (missing === '') running = await start();
  });
  afterAll(() => running?.dispose());
  return {
    missing,
    get endpoint() {
      if (running === undefined) throw new Error('moto has not been started');
      return running.endpoint;
    },
  };
}

function isInstalled(): boolean {
  return spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0;
}

/** On a port that the system chooses. */
async function start() {
  const child = spawn('python3', ['-u', '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  const endpoint = await Promise.race([
    listening,
    ended.then(() => {
      throw new Error(`moto ended before it listened: ${lines.join('\n')}`);
    }),
  ]);
  return {
    endpoint,
    dispose: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
