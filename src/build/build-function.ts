import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { systemErrorCode } from '../system/files.js';
import { mkdir, stat } from '../system/quick-files.js';
import type { BuilderContext, BuilderName, BuilderOutcome, BuildRequest, BuildResult } from './build-request.js';
import { chooseBuilder } from './choose-builder.js';

type Builder = (context: BuilderContext) => Promise<BuilderOutcome>;

/** Loaded when used: most runs need one of them. */
const BUILDERS: Readonly<Record<BuilderName, () => Promise<Builder>>> = {
  esbuild: async () => (await import('./esbuild-builder.js')).buildWithEsbuild,
  python: async () => (await import('./python-builder.js')).buildWithPython,
  go: async () => (await import('./go-builder.js')).buildWithGo,
  rust: async () => (await import('./rust-builder.js')).buildWithRust,
  java: async () => (await import('./java-builder.js')).buildWithJava,
  dotnet: async () => (await import('./dotnet-builder.js')).buildWithDotnet,
  ruby: async () => (await import('./ruby-builder.js')).buildWithRuby,
  make: async () => (await import('./make-builder.js')).buildWithMake,
  command: async () => (await import('./command-builder.js')).buildWithCommand,
  none:
    async () =>
    async ({ codeFolder }) => ({ output: codeFolder }),
};

/**
 * Turns the source of one function into the folder (or archive) that is packaged.
 * @throws LambdakitError `build-failed` (with file and line where the toolchain names them),
 * `toolchain-missing`, `file-not-found`, `invalid-input` for a container image.
 */
export async function buildFunction(request: BuildRequest): Promise<BuildResult> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const code = path.resolve(request.projectFolder, request.code);
  if (!(await isFolder(code, request))) return sourceAsItIs(request, code, started);
  const builder = chooseBuilder(request, code);
  const outputRoot = request.outputRoot ?? path.join(request.projectFolder, '.lambdakit', 'build');
  const outputFolder = path.join(path.resolve(request.projectFolder, outputRoot), request.key);
  await mkdir(path.dirname(outputFolder), { recursive: true });
  const run = await BUILDERS[builder]();
  const outcome = await run({ request, options: request.build ?? {}, codeFolder: code, outputFolder });
  const output = outcome.output ?? outputFolder;
  for (const text of outcome.warnings ?? []) request.onProgress?.({ kind: 'warning', subject: request.key, text });
  return {
    key: request.key,
    builder,
    output,
    isSource: output === code,
    metafile: outcome.metafile,
    inputs: outcome.inputs ?? [],
    warnings: outcome.warnings ?? [],
    isCached: outcome.isCached ?? false,
    durationMs: performance.now() - started,
  };
}

async function isFolder(code: string, request: BuildRequest): Promise<boolean> {
  if (/\.dkr\.ecr\.|^[\w.-]+\/[\w./-]+:[\w.-]+$|@sha256:/.test(request.code)) {
    throw new LambdakitError(
      'invalid-input',
      `${request.key} is a container image (${request.code}): there is nothing to build`,
      {
        hint: 'Build and push the image with your container tool, then run lambdakit deploy.',
      },
    );
  }
  try {
    return (await stat(code)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new LambdakitError('file-not-found', `the code of ${request.key} is not there: ${code}`, {
      hint: 'Set "code" to the source folder or to a .zip file, relative to the project file.',
      cause: error,
    });
  }
}

function sourceAsItIs(request: BuildRequest, file: string, started: number): BuildResult {
  if (!['.zip', '.jar'].includes(path.extname(file))) {
    throw new LambdakitError(
      'invalid-input',
      `the code of ${request.key} is neither a folder nor a .zip file: ${file}`,
      {
        hint: 'Set "code" to the source folder or to a .zip (or .jar) file.',
      },
    );
  }
  return {
    key: request.key,
    builder: 'none',
    output: file,
    isSource: true,
    metafile: undefined,
    inputs: [file],
    warnings: [],
    isCached: true,
    durationMs: performance.now() - started,
  };
}
