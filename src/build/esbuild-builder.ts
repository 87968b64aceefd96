import path from 'node:path';
import type { BuildOptions as EsbuildOptions, BuildResult as EsbuildResult } from 'esbuild';
import { mkdir, writeFile } from '../system/files.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { explainBundleFailure, formatBundleMessage } from './esbuild-messages.js';
import { esbuildOptions } from './esbuild-options.js';
import { copyIncludedFiles } from './included-files.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Bundles TypeScript or JavaScript: the handler's file keeps its path, so that the handler setting
 * stays as it is. The metafile is kept beside the build folder, as `<key>.meta.json`.
 */
export async function buildWithEsbuild(context: BuilderContext): Promise<BuilderOutcome> {
  const { outputFolder, codeFolder, request } = context;
  const options = esbuildOptions(context);
  const result = await bundle(options, context);
  await replaceFolder(outputFolder, async (staging) => {
    await writeOutputs(result, codeFolder, staging);
    await copyIncludedFiles(codeFolder, staging, request.include);
  });
  await writeFile(`${outputFolder}.meta.json`, JSON.stringify(result.metafile));
  return toOutcome(result, codeFolder);
}

/** A bundle in memory, with what it was made from. */
export type Bundle = EsbuildResult<{ metafile: true; write: false }>;

async function bundle(options: EsbuildOptions, context: BuilderContext): Promise<Bundle> {
  const { build } = await import('esbuild');
  try {
    return await build({ ...options, metafile: true, write: false });
  } catch (error) {
    throw explainBundleFailure(error, context);
  }
}

/** Writes the files of a bundle below another folder than the one that esbuild took for it. */
export async function writeOutputs(result: Bundle, codeFolder: string, folder: string): Promise<void> {
  for (const { path: file, contents } of result.outputFiles) {
    const target = path.join(folder, path.relative(codeFolder, file));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
}

/** What a build (or a rebuild) of esbuild says to the rest of the program. */
export function toOutcome(result: Bundle, codeFolder: string): BuilderOutcome {
  return {
    metafile: result.metafile,
    inputs: Object.keys(result.metafile.inputs).map((input) => path.resolve(codeFolder, input)),
    warnings: result.warnings.map(formatBundleMessage),
  };
}
