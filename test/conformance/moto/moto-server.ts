import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Why moto's server cannot be used here; undefined when it can. */
export function motoMissing(): string | undefined {
  const found = spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' });
  return found.status === 0 ? undefined : 'python3 with moto[server] is not installed';
}

export interface MotoServer {
  readonly endpoint: string;
  dispose(): Promise<void>;
}

/** Starts moto's server on a port that the system chooses: an AWS that none of us wrote. */
export async function startMoto(): Promise<MotoServer> {
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
