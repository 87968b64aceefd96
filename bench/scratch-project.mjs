import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const bin = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../bin/run.js');

/** Credentials that satisfy every SDK; the local service checks only their form. */
export const dummyCredentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
};

/** A project with one JavaScript function `hello` that answers at once. */
export function createScratchProject() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'package.json'), '{"name":"bench","private":true,"type":"module"}\n');
  writeFileSync(
    path.join(folder, 'src', 'index.mjs'),
    'export const handler = async (event) => ({ hello: event.name ?? null });\n',
  );
  const hello = {
    code: 'src',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    role: 'arn:aws:iam::000000000000:role/bench',
    build: { builder: 'none' },
    memorySize: 256,
  };
  writeFileSync(
    path.join(folder, 'lambdakit.json'),
    JSON.stringify({ service: 'bench', region: 'us-east-1', functions: { hello } }),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * `lambdakit local start` in the background; resolves with the endpoint it prints. What it says goes to a file: to read
 * its log would be work of the callers, who share their process with this.
 */
export async function startService(folder) {
  const log = `${folder}.log`;
  const descriptor = openSync(log, 'w');
  const child = spawn(process.execPath, [bin, 'local', 'start', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const exited = once(child, 'exit');
  let hasEnded = false;
  exited.then(() => {
    hasEnded = true;
  });
  let endpoint;
  while (endpoint === undefined) {
    if (hasEnded) throw new Error(`lambdakit local start ended with ${child.exitCode}: ${readFileSync(log, 'utf8')}`);
    await setTimeout(20);
    endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, 'utf8'))?.[0];
  }
  return {
    endpoint,
    pid: child.pid,
    async stop() {
      child.kill('SIGINT');
      await exited;
      rmSync(log);
    },
  };
}
