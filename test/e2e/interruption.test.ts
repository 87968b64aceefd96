import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

const hasProc = existsSync('/proc/self/environ');
const SLOW = 'await new Promise((resolve) => setTimeout(resolve, 15_000));';

/** A project whose function takes its time, and the mark that its processes carry in their environment. */
function createSlowProject(): { readonly cwd: string; readonly mark: string } {
  const mark = randomUUID();
  return { cwd: createProject(SLOW, { environment: { MARK: mark } }), mark };
}

describe.skipIf(!hasProc).each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s (needs /proc to look for processes)',
  (signal) => {
    it('ends local start with its lock and its processes', async () => {
      const { cwd, mark } = createSlowProject();
      const service = startBin(['local', 'start', '--port', '0', '--json'], { cwd });
      const ended = resultOf(service);
      await firstDocument(service);
      expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
      const invoked = resultOf(startBin(['invoke', 'hello', '--local'], { cwd }));
      await functionRuns(mark);
      service.kill(signal);
      expect((await ended).code).toBe(130);
      expect(processesWith(mark)).toEqual([]);
      expect(existsSync(path.join(cwd, '.lambdakit/local/service.json'))).toBe(false);
      expect((await invoked).code).not.toBe(0);
    });

    it('ends an invocation through a service of its own, and leaves the project usable', async () => {
      const { cwd, mark } = createSlowProject();
      expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
      const command = startBin(['invoke', 'hello', '--local'], { cwd });
      const ended = resultOf(command);
      await functionRuns(mark);
      command.kill(signal);
      expect(await ended).toMatchObject({
        code: 130,
        stdout: '',
        stderr: expect.stringContaining(`Interrupted by ${signal}`),
      });
      expect(processesWith(mark)).toEqual([]);
      expect(await runBin(['list', '--local'], { cwd })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('hello'),
      });
    });

    it('ends local invoke and tells it as JSON', async () => {
      const { cwd, mark } = createSlowProject();
      const command = startBin(['local', 'invoke', 'hello', '--json'], { cwd });
      const ended = resultOf(command);
      await functionRuns(mark);
      command.kill(signal);
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } });
      expect(processesWith(mark)).toEqual([]);
    });
  },
);

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

/** Function processes have a view of the system of their own, so that they are looked for from outside. */
async function functionRuns(mark: string): Promise<void> {
  await vi.waitFor(() => expect(processesWith(mark)).not.toEqual([]), { timeout: 30_000, interval: 20 });
}

function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}
