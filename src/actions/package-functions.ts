import path from 'node:path';
import type { Project } from '../config/load-project.js';
import type { ResolvedFunction } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { PackageResult } from '../packaging/package-function.js';
import { stat, systemErrorCode } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { buildOne } from './build-functions.js';
import { chooseFunctions } from './choose-functions.js';
import { isImageUri } from './image-uri.js';

export interface PackageRequest {
  readonly names: readonly string[];
  /** A `.zip` file for one function, or a folder for several. Default: `.lambdakit/packages` in the project. */
  readonly out?: string | undefined;
  /** Own limit for the archive, in bytes. */
  readonly maxZippedBytes?: number | undefined;
}

/** Builds and packages the named functions, or all of them. */
export async function packageFunctions(
  request: PackageRequest,
  context: ActionContext,
): Promise<readonly PackageResult[]> {
  const project = await context.project();
  const chosen = await chooseFunctions(project, { names: request.names, takesAll: true });
  const functions = chosen.filter(({ config }) => request.names.length > 0 || !isImageUri(config.code));
  const isFile = request.out !== undefined && path.extname(request.out) === '.zip';
  if (isFile && functions.length > 1) {
    throw new LambdakitError(
      'usage',
      `--out ${request.out} is one file, and there are ${functions.length} functions to package.`,
      {
        hint: 'Name one function, or give a folder.',
      },
    );
  }
  const packages: PackageResult[] = [];
  for (const resolved of functions) {
    const outputFile =
      request.out === undefined ? undefined : isFile ? request.out : path.join(request.out, `${resolved.key}.zip`);
    packages.push(
      await packageOne(resolved, project, { ...context, outputFile, maxZippedBytes: request.maxZippedBytes }),
    );
  }
  return packages;
}

export interface PackageOneOptions extends ActionContext {
  readonly outputFile?: string | undefined;
  readonly maxZippedBytes?: number | undefined;
  /** A finished package to take instead of building one. */
  readonly artifact?: string | undefined;
}

/** Builds and packages one function. */
export async function packageOne(
  resolved: ResolvedFunction,
  project: Project,
  options: PackageOneOptions,
): Promise<PackageResult> {
  const { packageFunction } = await import('../packaging/package-function.js');
  const { key, config } = resolved;
  const { signal, progress, maxZippedBytes } = options;
  if (options.artifact !== undefined) await refuseMissing(options.artifact);
  const built = options.artifact === undefined ? await buildOne(resolved, project, options) : undefined;
  progress({ kind: 'started', subject: key, text: 'packaging' });
  const packaged = await packageFunction({
    key,
    source: options.artifact ?? built?.output ?? '',
    outputFile: options.outputFile ?? path.join(project.folder, '.lambdakit', 'packages', `${key}.zip`),
    // What a build has made is selected already; patterns are for the user's own files.
    ...(built?.isSource === true && config.include !== undefined && { include: config.include }),
    ...(config.exclude !== undefined && { exclude: config.exclude }),
    maxZippedBytes,
    signal,
    onProgress: progress,
  });
  const size = `${(packaged.zippedBytes / 1024).toFixed(1)} KB in ${packaged.entryCount} ${packaged.entryCount === 1 ? 'entry' : 'entries'}`;
  progress({ kind: 'done', subject: key, text: `packaged, ${size}`, durationMs: packaged.durationMs });
  return packaged;
}

async function refuseMissing(artifact: string): Promise<void> {
  try {
    await stat(artifact);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new LambdakitError('file-not-found', `There is no package ${artifact}.`, {
      hint: 'Make it with `lambdakit package --out FILE.zip`.',
      cause: error,
    });
  }
}
