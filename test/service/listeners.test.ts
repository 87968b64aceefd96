import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SupervisorOptions } from '../../src/local/supervisor/supervisor.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke } from '../soak/checks/load.js';
import { createServiceHome, type ServiceHome } from '../soak/checks/service-process.js';
import { nodePackage } from './local-service-kit.js';
import { descendantsOf } from './supervisor-kit/process-list.js';

const LISTEN = '0A';
/** As proc(5) writes them: 127.0.0.1 and ::1, each 32 bits in the order of the machine. */
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000)$/;

describe.skipIf(process.platform !== 'linux')('what the service listens on (reads /proc: Linux only)', () => {
  let home: ServiceHome;
  beforeEach(async () => {
    home = await createServiceHome();
  });
  afterEach(() => home.dispose());

  it.each([
    ['functions', {} as Partial<SupervisorOptions>],
    ['functions under a debugger', { inspect: { port: 0, waits: false } }],
  ])('is loopback alone, with %s, function URLs, queues and telemetry', async (_, supervisor) => {
    const service = await home.start({ supervisor });
    const client = createLoadClient(service.endpoint);
    const zip = nodePackage('export const handler = async () => "warm";');
    await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('warm', zip, { Timeout: 60 }) });
    await client.ask({ method: 'POST', path: '/2021-10-31/functions/warm/url', body: { AuthType: 'NONE' } });
    expect((await client.ask(invoke('warm', {}))).text).toBe('"warm"');
    const listeners = await listenersOf([service.pid, ...(await descendantsOf(service.pid))]);
    // At least the API, its neighbours and the Runtime API of one environment.
    expect(listeners.length).toBeGreaterThanOrEqual(3);
    expect(listeners.filter((address) => !LOOPBACK.test(address.split(':')[0]!))).toEqual([]);
    client.close();
    await service.stop();
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['every address, IPv6 too', '::'],
  ])('is refused at once, with the number of the process, where another listens on %s', async (_, host) => {
    const blocker = createServer();
    await once(blocker.listen(0, host), 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(home.start({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use by process ${process.pid}`);
    blocker.close();
  });

  it('is one service per state folder; the second names the first', async () => {
    const service = await home.start();
    await expect(home.start()).rejects.toThrow(String(service.pid));
    await service.stop();
    await (await home.start()).stop();
  });
});

/** Local addresses of the listening TCP sockets that the processes hold, `ADDRESS:PORT` in hexadecimal. */
async function listenersOf(pids: readonly number[]): Promise<string[]> {
  const sockets = new Set<string>();
  for (const pid of pids) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      sockets.add(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''));
    }
  }
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === LISTEN && sockets.has(`socket:[${inode}]`) ? [local] : [];
    }),
  );
}
