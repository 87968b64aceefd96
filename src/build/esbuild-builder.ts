import path from 'node:path';
import type { BuildOptions as EsbuildOptions, BuildResult as EsbuildResult } from 'esbuild';
import { mkdir, writeFile } from '../system/files.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { explainBundleFailure, formatBundleMessage } from './esbuild-messages.js';
import { esbuildOptions } from './esbuild-options.js';
import { copyExternalPackages } from './external-packages.js';
import { copyIncludedFiles } from './included-files.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Bundles TypeScript or JavaScript: the handler's file keeps its path, so that the handler setting
 * stays as it is. The metafile is kept beside the build folder, as `<key>.meta.json`.
 */
export async function buildWithEsbuild(context: BuilderContext): Promise<BuilderOutcome> {
  return writeBundle(await bundle(esbuildOptions(context), context), context);
}

/** Fills the build folder with a bundle and what stands beside it, and says what esbuild says of it. */
export async function writeBundle(result: Bundle, context: BuilderContext): Promise<BuilderOutcome> {
  const { outputFolder, codeFolder, request } = context;
  const externalWarnings = await replaceFolder(outputFolder, async (staging) => {
    await writeOutputs(result, codeFolder, staging);
    await copyIncludedFiles(codeFolder, staging, request.include);
    return copyExternalPackages(context, staging);
  });
  await writeFile(`${outputFolder}.meta.json`, JSON.stringify(result.metafile));
  return {
    metafile: result.metafile,
    inputs: Object.keys(result.metafile.inputs).map((input) => path.resolve(codeFolder, input)),
    warnings: [...result.warnings.map(formatBundleMessage), ...externalWarnings],
  };
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
async function writeOutputs(result: Bundle, codeFolder: string, folder: string): Promise<void> {
  for (const { path: file, contents } of result.outputFiles) {
    const target = path.join(folder, path.relative(codeFolder, file));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
}
