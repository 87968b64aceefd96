import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

/** A handler that says who it is and then takes its time. */
const SLOW = `
  const fs = await import('node:fs');
  fs.writeFileSync(event.file, String(process.pid));
  await new Promise((resolve) => setTimeout(resolve, 15_000));
`;

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  it('ends local start with its lock and its processes', async () => {
    const cwd = createProject(SLOW);
    const service = startBin(['local', 'start', '--port', '0', '--json'], { cwd });
    const ended = resultOf(service);
    const { endpoint } = await firstDocument(service);
    expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
    const file = path.join(cwd, 'pid');
    const invocation = startBin(
      ['invoke', 'hello', '--endpoint-url', String(endpoint), '--payload', JSON.stringify({ file })],
      { cwd },
    );
    const invoked = resultOf(invocation);
    const functionPid = await readPid(file);
    service.kill(signal);
    expect((await ended).code).toBe(130);
    expect(isAlive(functionPid)).toBe(false);
    expect(existsSync(path.join(cwd, '.lambdakit/local/service.json'))).toBe(false);
    expect((await invoked).code).not.toBe(0);
  });

  it('ends an invocation through a service of its own, and leaves the project usable', async () => {
    const cwd = createProject(SLOW);
    expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
    const file = path.join(cwd, 'pid');
    const command = startBin(['invoke', 'hello', '--local', '--payload', JSON.stringify({ file })], { cwd });
    const ended = resultOf(command);
    const functionPid = await readPid(file);
    command.kill(signal);
    expect(await ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining(`Interrupted by ${signal}`),
    });
    expect(isAlive(functionPid)).toBe(false);
    expect(await runBin(['list', '--local'], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('hello'),
    });
  });

  it('ends local invoke and tells it as JSON', async () => {
    const cwd = createProject(SLOW);
    const file = path.join(cwd, 'pid');
    const command = startBin(['local', 'invoke', 'hello', '--json', '--payload', JSON.stringify({ file })], { cwd });
    const ended = resultOf(command);
    const functionPid = await readPid(file);
    command.kill(signal);
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } });
    expect(isAlive(functionPid)).toBe(false);
  });
});

/** The first JSON document on stdout. */
async function firstDocument(child: ReturnType<typeof startBin>): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`it ended before it had said anything: ${text}`)));
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch {
        // The document is not complete yet.
      }
    });
  });
}

/** Waits for the file that the handler writes. */
async function readPid(file: string): Promise<number> {
  const read = (): number => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  const watcher = watch(path.dirname(file));
  try {
    for (;;) {
      const changed = once(watcher, 'change');
      const pid = read();
      if (pid > 0) return pid;
      await changed;
    }
  } finally {
    watcher.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
