import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { createFolder, resultOf, runBin, startBin } from '../../e2e/bin-kit.js';

/** A process ends at the latest so long after the signal. */
const EXIT_LIMIT_MS = 3_000;

/** Ignores SIGTERM and leaves a process in a session of its own behind. */
const HANDLER = `import { spawn } from 'node:child_process';
process.on('SIGTERM', () => {});
export const handler = async () => {
  spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
  await new Promise((resolve) => setTimeout(resolve, 18_000));
};
`;

/** An external extension in shell; the stubborn one ignores SIGTERM and its SHUTDOWN event. */
const extension = (name: string, isStubborn: boolean): string => `#!/bin/sh
${isStubborn ? "trap '' TERM" : ''}
api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
id=$(curl -s -D - -o /dev/null -X POST "$api/register" -H 'Lambda-Extension-Name: ${name}' -d '{"events":["SHUTDOWN"]}' | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Ee]xtension-[Ii]dentifier: //p')
curl -s "$api/event/next" -H "Lambda-Extension-Identifier: $id" >/dev/null
${isStubborn ? 'sleep 600' : ''}
`;

/**
 * A service with several environments, each with two extensions and a forked grandchild, gets the signals:
 * it must be gone in time, with every process and its port.
 */
export async function checkSignals(signals: readonly NodeJS.Signals[], environments: number): Promise<void> {
  const mark = randomUUID();
  const cwd = createFolder({
    'lambdakit.json': JSON.stringify({
      service: 'signals',
      layers: { watchers: { content: 'watchers' } },
      functions: {
        hello: {
          code: 'src',
          runtime: 'nodejs24.x',
          handler: 'index.handler',
          timeout: 20,
          memorySize: 1024,
          layers: ['watchers'],
          environment: { MARK: mark },
        },
      },
    }),
    'src/index.mjs': HANDLER,
    'watchers/extensions/polite': extension('polite', false),
    'watchers/extensions/stubborn': extension('stubborn', true),
  });
  for (const name of ['polite', 'stubborn']) await chmod(path.join(cwd, 'watchers/extensions', name), 0o755);
  const service = startBin(['local', 'start', '--port', '0', '--json'], { cwd });
  const { endpoint } = await firstDocument(service);
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const invocations = Array.from({ length: environments }, () =>
    resultOf(startBin(['invoke', 'hello', '--local'], { cwd })),
  );
  const running = (): number => processesWith(mark).filter((line) => line.startsWith('sleep 600')).length;
  // Each environment has one sleeping grandchild, which its handler started.
  await vi.waitFor(() => expect(running()).toBeGreaterThanOrEqual(environments), { timeout: 60_000, interval: 50 });

  const ended = resultOf(service);
  const before = performance.now();
  for (const signal of signals) service.kill(signal);
  const { code } = await ended;
  expect(performance.now() - before).toBeLessThan(EXIT_LIMIT_MS);
  expect(code).toBe(130);
  expect(processesWith(mark)).toEqual([]);
  await expectRefused(Number(new URL(endpoint).port));
  for (const invocation of invocations) expect((await invocation).code).not.toBe(0);
}

async function firstDocument(child: ReturnType<typeof startBin>): Promise<{ readonly endpoint: string }> {
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

/** Command lines of all processes that carry the mark in their environment. */
function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function expectRefused(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => reject(new Error(`port ${port} still answers`)));
    socket.on('error', () => resolve());
  });
}
