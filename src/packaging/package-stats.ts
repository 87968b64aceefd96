import { stat } from '../system/files.js';
import { findWaste, type Waste } from './find-waste.js';
import { type ArchiveDirectoryEntry, readArchiveDirectory } from './read-archive.js';

/** What an esbuild metafile says that is needed here; structural, so that no bundler is needed to read it. */
export interface BundleFacts {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly bytes: number; readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

export interface SizedName {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes?: number;
}

export interface PackageStats {
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  readonly entryCount: number;
  readonly entries: readonly SizedName[];
  /** Installed packages (npm, pip) in the archive, and those inside bundles, biggest first. */
  readonly packages: readonly SizedName[];
  /** Source modules inside bundles, biggest first; empty without a metafile. */
  readonly modules: readonly SizedName[];
  readonly waste: readonly Waste[];
}

export interface PackageStatsOptions {
  readonly bundle?: BundleFacts | undefined;
  readonly runtime?: string | undefined;
}

/** Says what makes an archive big: its entries, the packages they belong to, the modules of its bundles, and what it could do without. */
export async function packageStats(file: string, options: PackageStatsOptions = {}): Promise<PackageStats> {
  const directory = await readArchiveDirectory(file);
  const modules = bundledModules(options.bundle);
  const entries = directory.map(({ name, bytes, compressedBytes }) => ({ name, bytes, compressedBytes }));
  return {
    zippedBytes: (await stat(file)).size,
    unzippedBytes: directory.reduce((sum, { bytes }) => sum + bytes, 0),
    entryCount: directory.length,
    entries: bySize(entries),
    packages: bySize(sumByPackage(directory, modules)),
    modules: bySize(modules),
    waste: findWaste(directory, options.runtime),
  };
}

function bundledModules(bundle: BundleFacts | undefined): readonly SizedName[] {
  const sums = new Map<string, number>();
  for (const output of Object.values(bundle?.outputs ?? {})) {
    for (const [name, { bytesInOutput }] of Object.entries(output.inputs)) {
      if (bytesInOutput > 0) sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sums].map(([name, bytes]) => ({ name, bytes }));
}

function sumByPackage(
  directory: readonly ArchiveDirectoryEntry[],
  modules: readonly SizedName[],
): readonly SizedName[] {
  const pythonPackages = installedPythonPackages(directory);
  const sums = new Map<string, number>();
  for (const { name, bytes } of [...directory, ...modules]) {
    const owner = npmPackageOf(name) ?? pythonPackages.get(name.split('/')[0] ?? '');
    if (owner !== undefined) sums.set(owner, (sums.get(owner) ?? 0) + bytes);
  }
  return [...sums].map(([name, bytes]) => ({ name, bytes }));
}

/** `@scope/name` or `name` of the innermost node_modules folder of a path. */
export function npmPackageOf(name: string): string | undefined {
  return /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1];
}

/** Top folders of installed Python packages, by the list that each leaves beside them. */
function installedPythonPackages(directory: readonly ArchiveDirectoryEntry[]): ReadonlyMap<string, string> {
  const folders = new Set(directory.map(({ name }) => name.split('/')[0] ?? ''));
  const infos = [...folders].flatMap((folder) => {
    const match = /^(.+?)-[^-]+\.dist-info$/.exec(folder);
    return match?.[1] === undefined ? [] : [{ folder, name: match[1] }];
  });
  return new Map(
    infos.flatMap(({ folder, name }) => [
      [folder, name] as const,
      ...[name, name.toLowerCase(), name.toLowerCase().replace(/^python_/, '')]
        .filter((top) => folders.has(top))
        .map((top) => [top, name] as const),
    ]),
  );
}

function bySize(names: readonly SizedName[]): readonly SizedName[] {
  return names.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
