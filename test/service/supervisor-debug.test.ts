import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld, startRuntime, until, type World } from './supervisor-kit/launch.js';

/** A debugger, as far as the tests need one. */
interface Debugger {
  send(method: string, params?: object): void;
  /** Resolves with the next event of this name. */
  event(method: string): Promise<void>;
  close(): void;
}

async function connectDebugger(port: number): Promise<Debugger> {
  const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  expect(list[0]?.webSocketDebuggerUrl).toContain(`ws://127.0.0.1:${port}/`);
  const socket = new WebSocket(list[0]!.webSocketDebuggerUrl);
  const seen: string[] = [];
  const waiting = new Map<string, () => void>();
  socket.addEventListener('message', ({ data }) => {
    const { method } = JSON.parse(String(data));
    if (method === undefined) return;
    seen.push(method);
    waiting.get(method)?.();
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  let id = 0;
  return {
    send: (method, params = {}) => {
      id += 1;
      socket.send(JSON.stringify({ id, method, params }));
    },
    event: (method) =>
      new Promise((resolve) => {
        const check = (): void => {
          const index = seen.indexOf(method);
          if (index < 0) return;
          seen.splice(index, 1);
          waiting.delete(method);
          resolve();
        };
        waiting.set(method, check);
        check();
      }),
    close: () => socket.close(),
  };
}

describe.each(['process', 'namespace'] as const)('a function under a debugger, with %s isolation', (isolation) => {
  let world: World;
  afterEach(() => world.dispose());

  const id = 'a'.repeat(32);

  it('is reached on the one port, and its pauses are counted', async () => {
    world = await createWorld({ isolation, inspect: { port: 0, waits: false } });
    const codeFolder = await world.writeFolder({
      'index.mjs': `console.log('up'); setInterval(() => { debugger; console.log('after'); }, 5);`,
    });
    const host = await world.open({ codeFolder }, { environmentId: id });
    const run = await startRuntime(host);
    await run.waitFor(/after/);
    expect(run.text()).toMatch(/^up\nafter\n/);
    expect(world.supervisor.debuggerPausedMs(id)).toBe(0);
    const client = await connectDebugger(world.supervisor.debugPort!);
    client.send('Debugger.enable');
    await client.event('Debugger.paused');
    await until(async () => world.supervisor.debuggerPausedMs(id) > 20);
    host.freeze();
    client.send('Debugger.setSkipAllPauses', { skip: true });
    client.send('Debugger.resume');
    // The clock stands still while the function writes on.
    await until(async () => {
      const paused = world.supervisor.debuggerPausedMs(id);
      const length = run.text().length;
      await until(async () => run.text().length > length + 50);
      return world.supervisor.debuggerPausedMs(id) === paused;
    });
    client.close();
  });

  it('waits at its first line when it is told to, and that counts as a pause', async () => {
    world = await createWorld({ isolation, inspect: { port: 0, waits: true } });
    const codeFolder = await world.writeFolder({ 'index.mjs': `console.log('ran');` });
    const run = await startRuntime(await world.open({ codeFolder }, { environmentId: id }));
    await until(async () => world.supervisor.debuggerPausedMs(id) > 0);
    expect(run.text()).toBe('');
    const client = await connectDebugger(world.supervisor.debugPort!);
    client.send('Debugger.enable');
    client.send('Runtime.runIfWaitingForDebugger');
    await client.event('Debugger.paused');
    client.send('Debugger.resume');
    await client.event('Debugger.resumed');
    await run.waitFor(/ran/);
    client.close();
    expect((await run.exit).exitCode).toBe(0);
  });
});

describe('the port for debuggers', () => {
  it('is on the loopback address and must be free', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    const world = await createWorld({ inspect: { port, waits: false } });
    await expect(world.open({ codeFolder: await world.writeFolder({}) })).rejects.toMatchObject({ code: 'port-taken' });
    await world.dispose();
    await new Promise((resolve) => other.close(resolve));
  });
});
