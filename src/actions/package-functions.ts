import path from 'node:path';
import type { BuildResult } from '../build/build-request.js';
import type { Project } from '../config/load-project.js';
import type { ResolvedFunction } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { PackageResult } from '../packaging/package-function.js';
import { stat, systemErrorCode } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { readGitState, writeArtifactManifest } from './artifact-manifest.js';
import { buildOne } from './build-functions.js';
import { chooseFunctions } from './choose-functions.js';
import type { MadePackage, ReportedPackage } from './explain-package.js';
import { isImage } from './image-uri.js';

export interface PackageRequest {
  readonly names: readonly string[];
  /** A `.zip` file for one function, or a folder for several. Default: `.lambdakit/packages` in the project. */
  readonly out?: string | undefined;
  /** Own limit for the archive, in bytes. */
  readonly maxZippedBytes?: number | undefined;
  /** Tells what makes each package big, and what it could do without. */
  readonly isExplained?: boolean | undefined;
  /** Builds and packages a second time from nothing, and fails when the bytes differ. */
  readonly isVerified?: boolean | undefined;
  /** HTML file for a picture of what the package is made of. */
  readonly treemap?: string | undefined;
  /** An older archive, or `deployed`: which entries differ from it, and how. */
  readonly why?: string | undefined;
}

/** Builds and packages the named functions, or all of them, and writes beside each package what it was made for. */
export async function packageFunctions(
  request: PackageRequest,
  context: ActionContext,
): Promise<readonly ReportedPackage[]> {
  const project = await context.project();
  const chosen = await chooseFunctions(project, { names: request.names, takesAll: true });
  const functions = chosen.filter(({ config }) => request.names.length > 0 || !isImage(config.code));
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
  if (request.treemap !== undefined && functions.length > 1) {
    throw new LambdakitError('usage', `--treemap shows one function, and there are ${functions.length} to package.`, {
      hint: 'Name the function.',
    });
  }
  const packages: ReportedPackage[] = [];
  const git = readGitState(project.folder);
  for (const resolved of functions) {
    const outputFile =
      request.out === undefined ? undefined : isFile ? request.out : path.join(request.out, `${resolved.key}.zip`);
    const { maxZippedBytes } = request;
    const made = await makePackage(resolved, project, { ...context, outputFile, maxZippedBytes });
    const wants =
      request.isExplained || request.isVerified || request.treemap !== undefined || request.why !== undefined;
    const report = wants ? await reportOn(made, resolved, project, { ...context, request }) : made.packaged;
    packages.push({ ...report, manifestFile: await writeArtifactManifest(made.packaged, resolved, await git) });
  }
  return packages;
}

interface ReportOptions extends ActionContext {
  readonly request: PackageRequest;
}

async function reportOn(
  made: MadePackage,
  resolved: ResolvedFunction,
  project: Project,
  options: ReportOptions,
): Promise<ReportedPackage> {
  const { explainPackage } = await import('./explain-package.js');
  const { request } = options;
  const again = !request.isVerified
    ? undefined
    : (folder: string) =>
        makePackage(resolved, project, {
          ...options,
          progress: () => undefined,
          outputFile: path.join(folder, 'again.zip'),
          outputRoot: path.join(folder, 'build'),
        }).then(({ packaged }) => packaged);
  return explainPackage(made, resolved, { ...options, ...request, again });
}

export interface PackageOneOptions extends ActionContext {
  readonly outputFile?: string | undefined;
  readonly maxZippedBytes?: number | undefined;
  /** A finished package to take instead of building one. */
  readonly artifact?: string | undefined;
  /** Where the build goes, instead of `.lambdakit/build`. */
  readonly outputRoot?: string | undefined;
  /** Builds the function, where that is done otherwise than from the ground. */
  readonly build?: (() => Promise<BuildResult>) | undefined;
}

/** Builds and packages one function. */
export async function packageOne(
  resolved: ResolvedFunction,
  project: Project,
  options: PackageOneOptions,
): Promise<PackageResult> {
  return (await makePackage(resolved, project, options)).packaged;
}

async function makePackage(
  resolved: ResolvedFunction,
  project: Project,
  options: PackageOneOptions,
): Promise<MadePackage> {
  const { packageFunction } = await import('../packaging/package-function.js');
  const { key, config } = resolved;
  const { signal, progress, maxZippedBytes } = options;
  if (options.artifact !== undefined) await refuseMissing(options.artifact);
  const build = options.build ?? (() => buildOne(resolved, project, options));
  const built = options.artifact === undefined ? await build() : undefined;
  progress({ kind: 'started', subject: key, text: 'packaging' });
  const packaged = await packageFunction({
    key,
    source: options.artifact ?? built?.output ?? '',
    outputFile: options.outputFile ?? path.join(project.folder, '.lambdakit', 'packages', `${key}.zip`),
    // What a build has made is selected already; patterns are for the user's own files.
    ...(built?.isSource === true && config.include !== undefined && { include: config.include }),
    ...(config.exclude !== undefined && { exclude: config.exclude }),
    ...(config.follow !== undefined && { follow: config.follow }),
    maxZippedBytes,
    signal,
    onProgress: progress,
  });
  const size = `${(packaged.zippedBytes / 1024).toFixed(1)} KB in ${packaged.entryCount} ${packaged.entryCount === 1 ? 'entry' : 'entries'}`;
  progress({ kind: 'done', subject: key, text: `packaged, ${size}`, durationMs: packaged.durationMs });
  return { packaged, built };
}

/** True for the path of a package, and not of a folder of packages. */
export function isPackageFile(artifact: string): boolean {
  return ['.zip', '.jar'].includes(path.extname(artifact));
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
