import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invokeOnce } from '../../src/local/index.js';
import { inspectIsolation } from '../../src/local/inspect-machine.js';
import { createTempFolder } from '../../src/system/temp-folder.js';

const NODE = `
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
const sockets = () => readdirSync('/proc/self/fd').flatMap((fd) => {
  try {
    const [, inode] = /^socket:\\[(\\d+)\\]/.exec(readlinkSync('/proc/self/fd/' + fd)) ?? [];
    if (inode === undefined) return [];
    return [readFileSync('/proc/net/tcp', 'utf8').includes(' ' + inode + ' ') ? 'tcp' : 'unix'];
  } catch { return []; }
});
export const handler = async (event) => ({
  event,
  sockets: sockets(),
  ofChild: execFileSync('/bin/ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' }).includes(' 3 -> socket'),
  ours: Object.keys(process.env).filter((name) => name.startsWith('LAMBDAKIT')),
  proxied: globalThis.proxied,
});
`;

const PYTHON = `
import os, subprocess
def sockets():
  found = []
  for fd in os.listdir("/proc/self/fd"):
    try: link = os.readlink("/proc/self/fd/" + fd)
    except OSError: continue
    if link.startswith("socket:"):
      found.append("tcp" if " " + link[8:-1] + " " in open("/proc/net/tcp").read() else "unix")
  return found
def handler(event, context):
  child = subprocess.run(["/bin/ls", "-l", "/proc/self/fd"], capture_output=True, text=True, close_fds=False)
  ours = [name for name in os.environ if name.startswith("LAMBDAKIT")]
  return {"event": event, "sockets": sockets(), "ofChild": " 3 -> socket" in child.stdout, "ours": ours}
`;

/** Stands between the runtime and the service, as tools do that watch an invocation. */
const NODE_PROXY = `
import net from 'node:net';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
globalThis.proxied = 0;
const server = net.createServer((near) => {
  globalThis.proxied += 1;
  const far = net.connect(Number(port), host);
  near.pipe(far).pipe(near);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.env.AWS_LAMBDA_RUNTIME_API = '127.0.0.1:' + server.address().port;
`;

const PYTHON_PROXY = `
import os, socket, threading
def pump(source, target):
  while data := source.recv(65536): target.sendall(data)
def serve(server, address):
  near = server.accept()[0]
  far = socket.create_connection(address)
  threading.Thread(target=pump, args=(near, far), daemon=True).start()
  pump(far, near)
if os.environ.get("PROXIED"):
  host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
  server = socket.create_server(("127.0.0.1", 0))
  threading.Thread(target=serve, args=(server, (host, int(port))), daemon=True).start()
  os.environ["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:%d" % server.getsockname()[1]
`;

const { kind } = await inspectIsolation();

describe.skipIf(process.platform !== 'linux')(
  'the connection with which a runtime is started (skipped: Linux only)',
  () => {
    let folder: Awaited<ReturnType<typeof createTempFolder>>;
    beforeAll(async () => {
      folder = await createTempFolder('runtime-connection');
      const files = {
        'code/index.mjs': NODE,
        'code/main.py': PYTHON,
        'code/proxy.mjs': NODE_PROXY,
        'code/sitecustomize.py': PYTHON_PROXY,
        'code/wrapper': '#!/bin/sh\nenv | grep LAMBDAKIT_CONNECTION && exit 9\nexec "$@"\n',
      };
      await mkdir(path.join(folder.path, 'code'));
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder.path, name), text);
      await chmod(path.join(folder.path, 'code', 'wrapper'), 0o755);
    });
    afterAll(() => folder.remove());

    const invoke = async (runtime: string, isolation: 'namespace' | 'process', environment = {}) => {
      const { outcome } = await invokeOnce({
        functionName: 'born',
        codeFolder: path.join(folder.path, 'code'),
        runtime,
        handler: runtime.startsWith('python') ? 'main.handler' : 'index.handler',
        // More than fits into one piece, both ways.
        payload: Buffer.from(JSON.stringify('x'.repeat(500_000))),
        cacheFolder: path.join(folder.path, 'cache'),
        environment,
        supervisor: { isolation },
      });
      if (outcome.functionError) throw new Error(Buffer.from(outcome.payload).toString());
      const { event, ...seen } = JSON.parse(Buffer.from(outcome.payload).toString());
      return { ...seen, length: event?.length };
    };

    // The nearest Python of this machine runs it.
    const hasPython = spawnSync('python3', ['--version']).status === 0;
    const runtimes = ['nodejs24.x', ...(hasPython ? ['python3.12'] : [])];
    const isolations = [...(kind === 'namespace' ? [kind] : []), 'process' as const];

    it.each(runtimes.flatMap((runtime) => isolations.map((isolation) => [runtime, isolation] as const)))(
      'is all that %s uses, and not given to what it starts (%s isolation)',
      async (runtime, isolation) => {
        const seen = await invoke(runtime, isolation);
        expect(seen).toEqual({ sockets: ['unix'], ofChild: false, ours: [], length: 500_000 });
      },
    );

    it.each(runtimes)('is not given to the wrapper script of %s', async (runtime) => {
      const seen = await invoke(runtime, 'process', { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper' });
      expect(seen).toMatchObject({ sockets: ['tcp'], ofChild: false, length: 500_000 });
    });

    it('is closed when something stands between a Node.js runtime and its address', async () => {
      const seen = await invoke('nodejs24.x', 'process', { NODE_OPTIONS: '--import /var/task/proxy.mjs' });
      expect(seen).toMatchObject({ proxied: 1, ofChild: false, length: 500_000 });
      expect(seen.sockets).not.toContain('unix');
    });

    it.skipIf(!hasPython)('is closed when something stands between a Python runtime and its address', async () => {
      const seen = await invoke('python3.12', 'process', { PYTHONPATH: '/var/task', PROXIED: '1' });
      // The proxy's two and the one on which it listens, and that of the runtime.
      expect(seen).toEqual({ sockets: ['tcp', 'tcp', 'tcp', 'tcp'], ofChild: false, ours: [], length: 500_000 });
    });
  },
);
