import type { BuildResult } from '../build/build-request.js';
import type { ResolvedFunction } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ArchiveDifference } from '../packaging/explain-difference.js';
import type { PackageResult } from '../packaging/package-function.js';
import type { PackageStats } from '../packaging/package-stats.js';
import { downloadFile } from '../system/download-file.js';
import { writeFile } from '../system/files.js';
import { createTempFolder } from '../system/temp-folder.js';
import type { ActionContext } from './action-context.js';

/** A package and the build that it was made of; a finished archive has none. */
export interface MadePackage {
  readonly packaged: PackageResult;
  readonly built: BuildResult | undefined;
}

/** A package with what was asked of it. */
export interface ReportedPackage extends PackageResult {
  /** What the package was made for, in a file beside it. */
  readonly manifestFile?: string;
  /** Installed packages and bundled modules, biggest first, and what could be left out. */
  readonly stats?: Pick<PackageStats, 'packages' | 'modules' | 'waste'>;
  /** The page that shows it. */
  readonly treemap?: string;
  /** A second build has given the same bytes. */
  readonly isReproducible?: true;
  readonly difference?: ArchiveDifference & { readonly comparedWith: string };
}

export interface ExplainPackageOptions extends ActionContext {
  readonly isExplained?: boolean | undefined;
  readonly treemap?: string | undefined;
  readonly why?: string | undefined;
  /** Makes the package once more, from nothing, below a folder. */
  readonly again?: ((folder: string) => Promise<PackageResult>) | undefined;
}

const MOST_SHOWN = 20;

/**
 * Says what a package is made of and why it is not as it was.
 * @throws LambdakitError `check-failed` when a second build gives other bytes; `not-found`, `file-not-found`
 * for what it shall be compared with.
 */
export async function explainPackage(
  { packaged, built }: MadePackage,
  { key, functionName, config }: ResolvedFunction,
  options: ExplainPackageOptions,
): Promise<ReportedPackage> {
  const { isExplained, treemap, why, again } = options;
  const stats =
    isExplained || treemap !== undefined
      ? await statsOf(packaged.file, { bundle: built?.metafile, runtime: config.runtime })
      : undefined;
  if (treemap !== undefined && stats !== undefined) {
    const { renderTreemap } = await import('../packaging/treemap.js');
    await writeFile(treemap, renderTreemap(`${key}: what the package is made of`, stats));
  }
  const difference = why === undefined ? undefined : await differenceFrom(why, packaged.file, functionName, options);
  if (again !== undefined) await verify(packaged, again);
  return {
    ...packaged,
    ...(isExplained && stats !== undefined && { stats: shortened(stats) }),
    ...(treemap !== undefined && { treemap }),
    ...(again !== undefined && { isReproducible: true as const }),
    ...(difference !== undefined && { difference }),
  };
}

async function statsOf(
  file: string,
  options: { readonly bundle: BuildResult['metafile']; readonly runtime: string | undefined },
): Promise<PackageStats> {
  const { packageStats } = await import('../packaging/package-stats.js');
  return packageStats(file, options);
}

function shortened({ packages, modules, waste }: PackageStats): NonNullable<ReportedPackage['stats']> {
  return { packages: packages.slice(0, MOST_SHOWN), modules: modules.slice(0, MOST_SHOWN), waste };
}

async function differenceFrom(
  why: string,
  file: string,
  functionName: string,
  context: ActionContext,
): Promise<NonNullable<ReportedPackage['difference']>> {
  const { explainDifference } = await import('../packaging/explain-difference.js');
  if (why !== 'deployed') return { comparedWith: why, ...(await explainDifference(why, file)) };
  const folder = await createTempFolder('deployed');
  try {
    const deployed = `${folder.path}/deployed.zip`;
    await downloadDeployed(functionName, deployed, context);
    return { comparedWith: `the deployed ${functionName}`, ...(await explainDifference(deployed, file)) };
  } finally {
    await folder.remove();
  }
}

/** Fetches the package of a deployed function from the address that GetFunction signs for ten minutes. */
export async function downloadDeployed(functionName: string, file: string, context: ActionContext): Promise<void> {
  const calls = await context.lambda();
  const { Code } = await calls.getFunction({ FunctionName: functionName });
  if (Code?.Location === undefined) {
    throw new LambdakitError('invalid-input', `The function ${functionName} has no package: it runs an image.`, {
      hint: 'Pull its image from the registry instead.',
      details: { imageUri: Code?.ImageUri },
    });
  }
  await downloadFile(Code.Location, file, context.signal);
}

async function verify(packaged: PackageResult, again: (folder: string) => Promise<PackageResult>): Promise<void> {
  const folder = await createTempFolder('verify');
  try {
    const second = await again(folder.path);
    if (second.sha256 === packaged.sha256) return;
    const { explainDifference } = await import('../packaging/explain-difference.js');
    const difference = await explainDifference(packaged.file, second.file);
    const names = difference.entries.slice(0, 5).map(({ name, kinds }) => `${name} (${kinds.join(', ')})`);
    throw new LambdakitError(
      'check-failed',
      `A second build of ${packaged.key} gives another package: ${names.join('; ') || 'the same entries in other bytes'}.`,
      {
        hint: 'Look for a time, a random value or an absolute path that the build writes into these files.',
        details: { difference },
      },
    );
  } finally {
    await folder.remove();
  }
}
