import path from 'node:path';
import type { BuildContext } from 'esbuild';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { mkdir } from '../system/files.js';
import { buildFunction } from './build-function.js';
import type { BuilderContext, BuildRequest, BuildResult } from './build-request.js';
import { chooseBuilder } from './choose-builder.js';
import { type Bundle, writeBundle } from './esbuild-builder.js';
import { explainBundleFailure } from './esbuild-messages.js';
import { esbuildOptions } from './esbuild-options.js';

/** A function that is built again and again, as while its source is edited. */
export interface OpenBuild {
  /** Builds what has changed since the last time. Throws as buildFunction does; the next call tries again. */
  rebuild(): Promise<BuildResult>;
  dispose(): Promise<void>;
}

/**
 * Keeps what a builder knows between builds: with esbuild the parsed modules, so that a rebuild costs a
 * few milliseconds. Every other builder is run again; those have caches on disk.
 */
export async function openBuild(request: BuildRequest): Promise<OpenBuild> {
  const codeFolder = path.resolve(request.projectFolder, request.code);
  const outputRoot = request.outputRoot ?? path.join(request.projectFolder, '.lambdakit', 'build');
  const outputFolder = path.join(path.resolve(request.projectFolder, outputRoot), request.key);
  if (path.extname(codeFolder) === '.zip' || chooseBuilder(request, codeFolder) !== 'esbuild') {
    return { rebuild: () => buildFunction(request), dispose: async () => undefined };
  }
  const context: BuilderContext = { request, options: request.build ?? {}, codeFolder, outputFolder };
  const { context: open } = await import('esbuild');
  const bundler = await open({ ...esbuildOptions(context), metafile: true, write: false });
  let isDisposed = false;
  return {
    rebuild: async () => {
      if (isDisposed) throw new LambdakitError('interrupted', `the build of ${request.key} was closed`);
      return rebuild(context, bundler);
    },
    dispose: async () => {
      isDisposed = true;
      await bundler.dispose();
    },
  };
}

async function rebuild(context: BuilderContext, bundler: BuildContext): Promise<BuildResult> {
  const started = performance.now();
  const { outputFolder, request } = context;
  let bundle: Bundle;
  try {
    bundle = (await bundler.rebuild()) as Bundle;
  } catch (error) {
    throw explainBundleFailure(error, context);
  }
  await mkdir(path.dirname(outputFolder), { recursive: true });
  const { metafile, inputs = [], warnings = [] } = await writeBundle(bundle, context);
  const durationMs = performance.now() - started;
  return {
    key: request.key,
    builder: 'esbuild',
    output: outputFolder,
    isSource: false,
    metafile,
    inputs,
    warnings,
    isCached: false,
    durationMs,
  };
}
