import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The peers at pinned versions. osls is the maintained fork of the Serverless Framework that needs no licence. */
const PEERS = { osls: '4.3.1', 'serverless-offline': '13.9.0', 'lambda-local': '2.2.0' };

/** Installs the peers into a cache folder outside of the project; returns its path, or undefined when npm cannot. */
export function installPeers() {
  const versions = Object.values(PEERS).join('-');
  const folder = path.join(os.tmpdir(), `lambdakit-bench-peers-${versions}`);
  const marker = path.join(folder, 'complete');
  if (existsSync(marker)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"name":"peers","private":true}\n');
  const specs = Object.entries(PEERS).map(([name, version]) => `${name}@${version}`);
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '--legacy-peer-deps', ...specs], {
    cwd: folder,
    stdio: 'ignore',
  });
  if (result.status !== 0) return undefined;
  writeFileSync(marker, '');
  return folder;
}

/** serverless-offline with one function `hello` that answers at once, in its default mode (worker threads). */
export async function startServerlessOffline(peers) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-sls-'));
  const [lambdaPort, httpPort] = [await freePort(), await freePort()];
  symlinkSync(path.join(peers, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(
    path.join(folder, 'index.mjs'),
    'export const handler = async (event) => ({ hello: event.name ?? null });\n',
  );
  writeFileSync(
    path.join(folder, 'serverless.yml'),
    'service: bench\nprovider: { name: aws, runtime: nodejs20.x, region: us-east-1 }\nplugins: [serverless-offline]\nfunctions: { hello: { handler: index.handler, memorySize: 256 } }\n',
  );
  const args = [
    path.join(peers, 'node_modules/osls/bin/serverless.js'),
    'offline',
    'start',
    '--lambdaPort',
    String(lambdaPort),
    '--httpPort',
    String(httpPort),
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  await waitForPort(lambdaPort, child);
  return {
    url: `http://127.0.0.1:${lambdaPort}/2015-03-31/functions/bench-dev-hello/invocations`,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago; the peer cannot be asked to choose one itself. */
function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The peer does not say when it listens, so the port is tried until it answers. */
async function waitForPort(port, child) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`serverless-offline ended with ${child.exitCode}`);
    const isOpen = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('serverless-offline did not listen within 60 s');
}
