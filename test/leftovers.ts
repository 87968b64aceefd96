import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Set by the first of the projects, each of which comes here; the folder is for all of them. */
const VARIABLE = 'LAMBDAKIT_TEST_TEMP';

let folder: string | undefined;

/** Gives a test run a temp folder of its own, with a short name because the sockets in it have 108 bytes for theirs. */
export function setup(): void {
  if (process.env[VARIABLE] !== undefined) return;
  folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lkt-'));
  // As /tmp is: some programs under test run as another user.
  chmodSync(folder, 0o1777);
  process.env[VARIABLE] = folder;
  process.env.TMPDIR = folder;
}

/** Lets the run fail when a test, or a program under test, left something of ours in that folder. @throws Error that names it */
export function teardown(): void {
  if (folder === undefined) return;
  const left = readdirSync(folder).filter((name) => name.startsWith('lambdakit-'));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  if (left.length === 0) return;
  // Vitest prints what is thrown here and ends with 0 all the same.
  process.exitCode = 1;
  throw new Error(`left behind in the temp folder: ${left.join(', ')}`);
}
