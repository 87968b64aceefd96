import { once } from 'node:events';
import net from 'node:net';
import { expect, it } from 'vitest';
import { createProject, resultOf, runBin, startBin } from './bin-kit.js';

const KEYS = 'return [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SESSION_TOKEN ?? null];';

it('gives a function worthless credentials, or the user’s own when asked to', async () => {
  const cwd = createProject(KEYS);
  const env = { AWS_ACCESS_KEY_ID: 'AKIDOFMINE', AWS_SECRET_ACCESS_KEY: 'secret' };
  const run = async (...args: string[]) =>
    JSON.parse((await runBin(['local', 'invoke', 'hello', ...args], { cwd, env })).stdout);
  expect(await run()).toEqual(['test', 'test']);
  expect(await run('--credentials')).toEqual(['AKIDOFMINE', null]);
  const without = await runBin(['local', 'invoke', 'hello', '--credentials'], { cwd });
  expect(without).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('credentials') });
});

it('lets functions call services in AWS only with credentials for it', async () => {
  const cwd = createProject(KEYS);
  const missing = await runBin(['local', 'start', '--use-aws', 's3'], { cwd });
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--credentials') });
  const unknown = await runBin(['local', 'start', '--credentials', '--use-aws', 's3,ec2'], { cwd });
  expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('lambda, s3, sqs, sns, logs') });
});

it.each([
  ['process', false],
  ['namespace', true],
] as const)('runs a function in the isolation %s', async (isolation, isTrueView) => {
  const cwd = createProject('return process.cwd();');
  const { stdout } = await runBin(['local', 'invoke', 'hello', '--isolation', isolation], { cwd });
  expect(JSON.parse(stdout) === '/var/task').toBe(isTrueView);
});

it('waits for a debugger before the first line', async () => {
  const port = await freePort();
  const cwd = createProject("return 'ran';");
  const child = startBin(['local', 'invoke', 'hello', '--inspect-brk', '--inspect-port', String(port)], { cwd });
  const ended = resultOf(child);
  await resumeWhenPaused(await debuggerUrl(port));
  expect(await ended).toMatchObject({
    code: 0,
    stdout: '"ran"\n',
    stderr: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

it.each([
  ['process', false],
  ['namespace', true],
] as const)('starts a service for one call with the isolation %s', async (isolation, isTrueView) => {
  const cwd = createProject('return process.cwd();');
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const { stdout } = await runBin(['invoke', 'hello', '--local', '--isolation', isolation], { cwd });
  expect(JSON.parse(stdout) === '/var/task').toBe(isTrueView);
});

it('debugs one call through the local service, and says where flags come too late', async () => {
  const port = await freePort();
  const cwd = createProject("return 'ran';");
  expect(await runBin(['deploy', '--local', '--quiet'], { cwd })).toMatchObject({ code: 0 });
  const flags = ['--inspect-brk', '--inspect-port', String(port)];
  const ended = resultOf(startBin(['invoke', 'hello', '--local', ...flags], { cwd }));
  await resumeWhenPaused(await debuggerUrl(port));
  expect(await ended).toMatchObject({ code: 0, stdout: '"ran"\n' });

  const service = startBin(['local', 'start', '--port', '0', '--quiet'], { cwd });
  const stopped = resultOf(service);
  await new Promise((resolve) => service.stdout?.once('data', resolve));
  const late = await runBin(['invoke', 'hello', '--local', '--inspect'], { cwd });
  expect(late).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('runs already') });
  service.kill('SIGINT');
  await stopped;
  const remote = await runBin(['invoke', 'hello', '--inspect'], { cwd });
  expect(remote).toMatchObject({ code: 2, stderr: expect.stringContaining('--local') });
});

async function resumeWhenPaused(url: string): Promise<void> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  for (const [id, method] of ['Runtime.enable', 'Debugger.enable', 'Runtime.runIfWaitingForDebugger'].entries()) {
    socket.send(JSON.stringify({ id, method }));
  }
  socket.addEventListener('message', ({ data }) => {
    if (JSON.parse(String(data)).method === 'Debugger.paused') socket.send('{"id":9,"method":"Debugger.resume"}');
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until a function runs behind the port; the test's own time limit ends it. */
async function debuggerUrl(port: number): Promise<string> {
  for (;;) {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`).then(
      (reply) => reply.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    if (list[0] !== undefined) return list[0].webSocketDebuggerUrl;
  }
}
