import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invokeOnce } from '../../src/local/index.js';
import { findFreePort } from '../../src/system/free-port.js';
import { pause } from '../../src/system/pause.js';

const hasJdk = spawnSync('javac', ['-version']).status === 0;
/** The Python versions of which one has debugpy. */
const python = ['3.13', '3.12', '3.11', '3.10'].find(
  (version) => spawnSync(`python${version}`, ['-s', '-c', 'import debugpy']).status === 0,
);
/** Longer than the function may take, so that only a deadline that stands still lets it end well. */
const HELD_MS = 2_500;
const TIMEOUT_SECONDS = 2;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-debuggers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Connects as soon as the function's debugger is there. */
async function attach(port: number): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      once(socket, 'close').then(() => false),
    ]);
    if (isOpen) return socket;
    await pause(50);
  }
}

/** Messages of the Debug Adapter Protocol: a header with a length, then JSON. */
function adapterOn(socket: net.Socket) {
  let buffered = Buffer.alloc(0);
  const seen: { event?: string; command?: string; body?: { threadId?: number } }[] = [];
  let wake: () => void = () => undefined;
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const match = /^Content-Length: (\d+)\r\n\r\n/.exec(buffered.toString('latin1'));
      const end = match === null ? 0 : match[0].length + Number(match[1]);
      if (match === null || buffered.length < end) break;
      seen.push(JSON.parse(buffered.subarray(match[0].length, end).toString('utf8')));
      buffered = buffered.subarray(end);
    }
    wake();
  });
  let seq = 0;
  return {
    send: (command: string, args: object = {}) => {
      seq += 1;
      const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
      socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    },
    event: async (name: string) => {
      for (;;) {
        const found = seen.find(({ event }) => event === name);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe.each(['process', 'namespace'] as const)('with %s isolation', (isolation) => {
  it.skipIf(python === undefined)(
    `debugpy holds a Python function at a breakpoint beyond its timeout${python === undefined ? ' (skipped: no Python with debugpy)' : ''}`,
    async () => {
      const source = 'def handler(event, context):\n    found = event["n"] + 1\n    return {"found": found}\n';
      await writeFile(path.join(folder, 'app.py'), source);
      const port = await findFreePort();
      const running = invokeOnce({
        ...{ functionName: 'held', codeFolder: folder, handler: 'app.handler', runtime: `python${python}` },
        ...{
          payload: Buffer.from('{"n":1}'),
          cacheFolder: path.join(folder, 'cache'),
          timeoutSeconds: TIMEOUT_SECONDS,
        },
        supervisor: { isolation, inspect: { port, waits: true } },
      });
      const socket = await attach(port);
      const adapter = adapterOn(socket);
      adapter.send('initialize', { adapterID: 'test' });
      adapter.send('attach', { justMyCode: false });
      await adapter.event('initialized');
      const shownAs = isolation === 'namespace' ? '/var/task/app.py' : path.join(folder, 'app.py');
      adapter.send('setBreakpoints', { source: { path: shownAs }, breakpoints: [{ line: 2 }] });
      adapter.send('configurationDone');
      const { body } = await adapter.event('stopped');
      await pause(HELD_MS);
      adapter.send('continue', { threadId: body?.threadId });
      const { outcome } = await running;
      socket.destroy();
      expect(Buffer.from(outcome.payload).toString()).toBe('{"found": 2}');
    },
  );

  it.skipIf(!hasJdk)(
    `JDWP holds a Java function before its first line beyond its timeout${hasJdk ? '' : ' (skipped: no JDK)'}`,
    async () => {
      const classes = path.join(folder, 'classes');
      await mkdir(classes);
      const source = path.join(folder, 'Held.java');
      await writeFile(source, 'public class Held { public String handle(String event) { return "seen " + event; } }');
      expect(spawnSync('javac', ['-d', classes, source]).status).toBe(0);
      const port = await findFreePort();
      const running = invokeOnce({
        ...{ functionName: 'held', codeFolder: classes, handler: 'Held::handle', runtime: 'java17' },
        ...{ payload: Buffer.from('"it"'), cacheFolder: path.join(folder, 'cache'), timeoutSeconds: TIMEOUT_SECONDS },
        ...{ memorySizeMb: 512, supervisor: { isolation, inspect: { port, waits: true } } },
      });
      const socket = await handshake(port);
      await pause(HELD_MS);
      socket.write(RESUME);
      const { outcome } = await running;
      socket.destroy();
      expect(Buffer.from(outcome.payload).toString()).toBe('"seen it"');
    },
  );
});

const HANDSHAKE = 'JDWP-Handshake';
/** Length 11, id 1, no flags, command set 1 (VirtualMachine), command 9 (Resume). */
const RESUME = Buffer.from([0, 0, 0, 11, 0, 0, 0, 1, 0, 1, 9]);

/** Until the virtual machine is there nobody answers, and the connection is closed again. */
async function handshake(port: number): Promise<net.Socket> {
  for (;;) {
    const socket = await attach(port);
    socket.on('error', () => undefined);
    socket.write(HANDSHAKE);
    const answer = await Promise.race([
      once(socket, 'data').then(([chunk]) => String(chunk)),
      once(socket, 'close').then(() => ''),
    ]).catch(() => '');
    if (answer.startsWith(HANDSHAKE)) return socket;
    socket.destroy();
    await pause(50);
  }
}
