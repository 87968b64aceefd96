import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { mkdir, rename, rm, stat } from '../../system/files.js';
import { runCommand } from '../../system/run-command.js';

/** The binary is some 40 MB; a slow line needs its time. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/**
 * Fetches the newest Node.js of a major version as the npm package `node`, with the user's own npm and its
 * settings, into the cache folder. Resolves to the program, or to undefined when it cannot be had.
 */
export async function downloadNode(
  major: string,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = path.join(cacheFolder, 'runtimes', `node-${major}`);
  const program = programIn(folder);
  if (await exists(program)) return program;
  const unfinished = `${folder}.${randomBytes(4).toString('hex')}`;
  await mkdir(unfinished, { recursive: true });
  try {
    const result = await runCommand(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['install', '--prefix', unfinished, '--no-save', '--no-audit', '--no-fund', `node@${major}`],
      { cwd: unfinished, timeoutMs: DOWNLOAD_TIMEOUT_MS, signal },
    );
    if (result.exitCode !== 0 || !(await exists(programIn(unfinished)))) return undefined;
    await rename(unfinished, folder).catch(() => undefined); // another process was faster
    return (await exists(program)) ? program : undefined;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function programIn(folder: string): string {
  return path.join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
