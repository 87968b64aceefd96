import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../../src/system/run-command.js';

const fixtures = fileURLToPath(new URL('../../fixtures/runtime-clients/', import.meta.url));

/** A runtime client that is ready to run, or the reason why it is not. */
export type InstalledClient =
  | { readonly folder: string; readonly missing?: undefined }
  | { readonly folder?: undefined; readonly missing: string };

export interface ClientRecipe {
  /** Name and version; with the fixture's content the key of the cache. */
  readonly name: string;
  /** Folder below test/fixtures/runtime-clients that is copied and built. */
  readonly fixture: string;
  /** Each is a program with its arguments, run in the copy one after the other. */
  readonly steps: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Installs a runtime client with its ordinary package tool into a folder outside the repository, once
 * per version. What cannot be installed here is a reason to skip, not a failure.
 */
export async function installClient(recipe: ClientRecipe): Promise<InstalledClient> {
  const source = path.join(fixtures, recipe.fixture);
  const base = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'lambdakit-conformance');
  const folder = path.join(base, `${recipe.name}-${await contentHash(source, recipe)}`);
  if (existsSync(folder)) return { folder };
  await mkdir(base, { recursive: true });
  const work = await mkdtemp(path.join(base, '.install-'));
  try {
    await cp(source, work, { recursive: true });
    for (const [program = '', ...args] of recipe.steps) {
      const result = await runCommand(program, args, {
        cwd: work,
        timeoutMs: 600_000,
        env: { CI: '1', ...recipe.env },
      });
      if (result.isNotFound) return { missing: `${program} is not installed` };
      if (result.exitCode !== 0) return { missing: `${program} ${args.join(' ')} failed: ${result.all.slice(-600)}` };
    }
    // Another worker may have been faster; its folder is as good.
    await rename(work, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
    return { folder };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function contentHash(folder: string, recipe: ClientRecipe): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([recipe.steps, process.version]));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(path.relative(folder, file)).update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
