import { createHash } from 'node:crypto';
import path from 'node:path';
import { cp, existsSync, readFile, readTextIfExists, rm, writeFileAtomically } from '../system/files.js';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { cleanInstalledPackages } from './python-cleaning.js';
import { installPythonPackages, requirementsFile } from './python-packages.js';
import { copySourceFiles } from './source-files.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Installs the dependencies of a Python function as wheels for Lambda's system, from any machine, and
 * puts the source beside them. The installed dependencies are kept until their list changes.
 */
export function buildWithPython(context: BuilderContext): Promise<BuilderOutcome> {
  return buildUnlessSame(context, { manifests: ['pyproject.toml', 'requirements.txt'] }, async () => {
    const dependencies = await installOnce(context);
    return replaceFolder(context.outputFolder, async (staging) => {
      if (dependencies !== undefined) await cp(dependencies, staging, { recursive: true, verbatimSymlinks: true });
      await copySourceFiles(context, staging);
      return {};
    });
  });
}

/** The folder with the installed dependencies; undefined when there are none. */
async function installOnce(context: BuilderContext): Promise<string | undefined> {
  const file = requirementsFile(context);
  if (file === undefined || (await requiresNothing(file))) return undefined;
  const folder = `${context.outputFolder}.dependencies`;
  const keyFile = `${folder}.key`;
  const { runtime, architecture } = context.request;
  const key = createHash('sha256')
    .update(await readFile(file))
    .update(JSON.stringify([1, path.basename(file), runtime, architecture, context.options]))
    .digest('hex');
  if (existsSync(folder) && (await readTextIfExists(keyFile)) === key) return folder;
  await rm(keyFile, { force: true });
  await replaceFolder(folder, async (staging) => {
    await installPythonPackages(context, file, staging);
    await cleanInstalledPackages(staging);
  });
  await writeFileAtomically(keyFile, key, { durable: false });
  return folder;
}

/** A requirements file that holds only comments, as a new project has it. */
async function requiresNothing(file: string): Promise<boolean> {
  if (path.extname(file) !== '.txt') return false;
  return !/^\s*[^#\s]/m.test(await readFile(file, 'utf8'));
}
