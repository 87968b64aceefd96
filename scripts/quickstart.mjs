/**
 * The main job on a real function, with no AWS account and no Docker: scaffold a TypeScript function with a
 * dependency, package it, deploy it to the local service, invoke it, publish it and move an alias.
 * Works in a temp folder and leaves nothing behind, neither files nor processes.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'bin', 'run.js');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-quickstart-'));
const project = path.join(scratch, 'hello');
let service;

function lambdakit(args, { cwd = project, check = true } = {}) {
  console.log(`\n$ lambdakit ${args.map((arg) => (/[\s"{}]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`);
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  process.stdout.write(result.stdout);
  if (check && result.status !== 0) throw new Error(`lambdakit ${args[0]} ended with exit code ${result.status}`);
  return result.stdout;
}

function run(command, args, cwd) {
  console.log(`\n$ ${command} ${args.join(' ')}`);
  const result = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error(`${command} ${args[0]} ended with exit code ${result.status}`);
}

/** Starts the local service in the background; resolves when it has printed its endpoint. */
async function startService() {
  console.log('\n$ lambdakit local start --port 0 &');
  const child = spawn(process.execPath, [bin, 'local', 'start', '--port', '0'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const ready = new Promise((resolve, reject) => {
    let seen = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        seen += `${line}\n`;
        console.log(`  ${line}`);
        if (/https?:\/\/(127\.0\.0\.1|localhost)/.test(line)) resolve();
      });
    }
    exited.then(([code]) => reject(new Error(`the local service ended with exit code ${code}:\n${seen}`)));
  });
  await ready;
  return {
    async stop() {
      child.kill('SIGINT');
      const [code] = await exited;
      console.log(`\nlocal service stopped (exit code ${code})`);
    },
  };
}

try {
  if (!existsSync(path.join(root, 'dist', 'index.js'))) run('npm', ['run', '--silent', 'build'], root);
  lambdakit(['scaffold', 'hello', '--template', 'nodejs-typescript'], { cwd: scratch });
  run('npm', ['install', '--no-audit', '--no-fund', '--silent'], project);
  lambdakit(['package', '--stats']);
  service = await startService();
  lambdakit(['deploy', '--local', '--publish', '--alias', 'live']);
  lambdakit(['invoke', 'hello', '--local', '--payload', '{"name":"Ada"}', '--tail']);
  lambdakit(['deploy', '--local', '--publish', '--env', 'GREETING=Welcome']);
  lambdakit(['alias', 'set', 'hello', 'live', '--to', '2', '--local']);
  lambdakit(['alias', 'list', 'hello', '--local']);
  lambdakit(['invoke', 'hello', '--local', '--qualifier', 'live', '--payload', '{"name":"Grace"}', '--tail']);
  await service.stop();
  service = undefined;
  console.log('\nDone: scaffolded, packaged, deployed, invoked and moved an alias. Nothing is left running.');
} finally {
  await service?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
