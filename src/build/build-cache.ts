import { createHash } from 'node:crypto';
import path from 'node:path';
import { existsSync, readFileSync, readTextIfExists, rm, writeFileAtomically } from '../system/files.js';
import { fingerprintOf, walkFiles } from '../system/walk-files.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';

/** Changes whenever a builder would leave something else for the same inputs. */
const FORMAT = 2;
const NEVER_INPUTS = new Set(['.git', '.lambdakit', '.venv', '__pycache__', '.DS_Store']);

export interface CacheInputs {
  /** Folders at the root of the code that the toolchain writes itself. */
  readonly outputFolders?: readonly string[];
  /** Files that the toolchain writes when they are missing or behind, such as Cargo.lock. */
  readonly lockFiles?: readonly string[];
  /** Files of the code folder that may lead to sources outside of it, such as go.mod. */
  readonly manifests?: readonly string[];
}

/**
 * Builds, unless the build folder stands for the same inputs already: the files of the code folder
 * (by size and times) and all that the request says. Sources outside of the code folder are not seen,
 * so a project that refers to any is built always; its toolchain has a cache of its own.
 */
export async function buildUnlessSame(
  context: BuilderContext,
  inputs: CacheInputs,
  build: () => Promise<BuilderOutcome>,
): Promise<BuilderOutcome> {
  if ((inputs.manifests ?? []).some((name) => leadsOutside(path.join(context.codeFolder, name)))) return build();
  const { outputFolders = [], lockFiles = [] } = inputs;
  const keyFile = `${context.outputFolder}.inputs`;
  const key = () => cacheKey(context, outputFolders);
  if (existsSync(context.outputFolder) && (await readTextIfExists(keyFile)) === key()) return { isCached: true };
  await rm(keyFile, { force: true });
  const sources = () => cacheKey(context, [...outputFolders, ...lockFiles]);
  const before = sources();
  const outcome = await build();
  // What changed while it was built may or may not be in the outcome.
  if (sources() === before) await writeFileAtomically(keyFile, key(), { durable: false });
  return outcome;
}

function leadsOutside(manifest: string): boolean {
  return existsSync(manifest) && /(^|["'\s=])\.\.[\\/]/m.test(readFileSync(manifest, 'utf8'));
}

function cacheKey({ request, options, codeFolder }: BuilderContext, leftOut: readonly string[]): string {
  const { runtime, handler, architecture, include } = request;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([FORMAT, options, runtime, handler, architecture, include, codeFolder]));
  walkFiles(codeFolder, {
    wants: (name) => !NEVER_INPUTS.has(path.posix.basename(name)) && !leftOut.includes(name),
    onFile: (file) => {
      // The times of a folder change with what a toolchain leaves in it.
      if (file.kind !== 'folder') hash.update(`${file.name}\0${fingerprintOf(file)}\n`);
    },
    onProblem: (name, reason) => hash.update(`${name}\0${reason}\n`),
  });
  return hash.digest('hex');
}
