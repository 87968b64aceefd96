import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder, resultOf, runBin, startBin } from './bin-kit.js';

/** The exit code of a machine that is not as it should be; docs/exit-codes.md. */
const FAILED = 1;

async function startService(cwd: string, ...more: string[]) {
  const child = startBin(['local', 'start', '--json', ...more], { cwd });
  const ended = resultOf(child);
  const [text] = (await Promise.race([once(child.stdout!, 'data'), ended.then((end) => [end.stderr])])) as [string];
  onTestFinished(async () => {
    child.kill('SIGINT');
    await ended;
  });
  return JSON.parse(text) as { readonly endpoint: string; readonly pid: number };
}

/** A server that is none of ours; this process holds its port. */
async function occupy(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0 });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function hasIPv6(): Promise<boolean> {
  const server = createServer().listen({ host: '::1', port: 0 });
  const isOpen = await new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  server.close();
  return isOpen;
}
const ipv6 = await hasIPv6();
const isLinux = process.platform === 'linux';

describe('local start', () => {
  it('prints the port that it found', async () => {
    const { endpoint } = await startService(createFolder(), '--port', '0');
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  });

  it('refuses to start twice for one project, and names the process that runs', async () => {
    const cwd = createFolder();
    const { endpoint, pid } = await startService(cwd, '--port', '0');
    const second = await runBin(['local', 'start', '--port', '0', '--json'], { cwd });
    expect(second.code).toBeGreaterThan(0);
    const { error } = JSON.parse(second.stdout) as { error: { code: string; message: string; hint: string } };
    expect(error).toMatchObject({
      code: 'state-locked',
      message: expect.stringContaining(`process ${pid}, ${endpoint}`),
    });
    expect(error.hint).toContain('lambdakit local stop');
    const plain = await runBin(['local', 'start', '--port', '0'], { cwd });
    expect(plain).toMatchObject({ code: second.code, stderr: expect.stringContaining(`process ${pid}`) });
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['every address', '0.0.0.0', true],
    ['every address of IPv6', '::', ipv6],
  ])('refuses a port that a foreign process holds on %s, and names it', async (_, host, isPossible) => {
    if (!isPossible) return;
    const port = await occupy(host);
    const cwd = createFolder();
    const refused = await runBin(['local', 'start', '--port', String(port)], { cwd });
    expect(refused.code).toBe(FAILED);
    expect(refused.stderr).toContain(`port ${port} on 127.0.0.1 is in use by`);
    if (isLinux) expect(refused.stderr).toContain(`process ${process.pid}`);
    expect(refused.stderr).toContain('--port 0');
    // The folder is free again.
    await startService(cwd, '--port', '0');
  });

  it('refuses the port of another project, and names its process', async () => {
    const { endpoint, pid } = await startService(createFolder(), '--port', '0');
    const { port } = new URL(endpoint);
    const refused = await runBin(['local', 'start', '--port', port], { cwd: createFolder() });
    expect(refused.code).toBe(FAILED);
    if (isLinux) expect(refused.stderr).toContain(`process ${pid}`);
  });

  it.skipIf(!ipv6)(`listens on IPv6, where a port can be taken as well${ipv6 ? '' : ': there is no ::1'}`, async () => {
    const { endpoint } = await startService(createFolder(), '--port', '0', '--host', '::1');
    expect(endpoint).toMatch(/^http:\/\/\[::1\]:[1-9]\d+$/);
    expect((await fetch(`${endpoint}/2015-03-31/functions`)).status).toBe(403);
    const { port } = new URL(endpoint);
    const refused = await runBin(['local', 'start', '--port', port, '--host', '::1'], { cwd: createFolder() });
    expect(refused.code).toBe(FAILED);
    expect(refused.stderr).toContain(`port ${port} on ::1 is in use by`);
  });
});
