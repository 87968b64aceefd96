import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = path.join(root, 'bin', 'run.js');

export interface BinResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BinOptions {
  readonly cwd: string;
  /** Beside those of a bare machine; undefined takes one of them away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What a shell would pipe in; nothing leaves stdin closed. */
  readonly input?: string;
}

/** A folder of this test, away with it; `files` are written into it. */
export function createFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

/** A project with one JavaScript function; its handler is `body`, which sees `event`. */
export function createProject(body: string, settings: object = {}): string {
  return createFolder({
    'lambdakit.json': JSON.stringify({
      service: 'e2e',
      functions: { hello: { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20, ...settings } },
    }),
    'src/index.mjs': `export const handler = async (event) => { ${body} };\n`,
  });
}

/** The environment of a machine where nobody has set up anything. */
function bareEnvironment(cwd: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: cwd,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
}

export function startBin(args: readonly string[], { cwd, env = {}, input }: BinOptions): ChildProcess {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...bareEnvironment(cwd), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Runs the built program to its end. */
export async function runBin(args: readonly string[], options: BinOptions): Promise<BinResult> {
  return resultOf(startBin(args, options));
}

export async function resultOf(child: ChildProcess): Promise<BinResult> {
  const chunks = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    chunks.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    chunks.stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...chunks };
}

/** Runs in a shell, for pipes and redirections; `lambdakit` is the built program. */
export async function runShell(script: string, { cwd, env = {} }: BinOptions): Promise<BinResult> {
  const lambdakit = `lambdakit() { '${process.execPath}' '${bin}' "$@"; }`;
  return resultOf(
    spawn('bash', ['-c', `${lambdakit}\n${script}`], {
      cwd,
      env: { ...bareEnvironment(cwd), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}
