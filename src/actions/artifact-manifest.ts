import path from 'node:path';
import type { ResolvedFunction } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { PackageResult } from '../packaging/package-function.js';
import { environmentVariable } from '../system/environment-variables.js';
import { existsSync, readTextIfExists, writeFileAtomically } from '../system/files.js';
import { runShortCommand } from '../system/run-short-command.js';

/**
 * What a package was made for. It travels beside the package, so that the same bytes can be deployed
 * elsewhere and a package that does not fit is refused. It holds no time: the same package has the same manifest.
 */
export interface ArtifactManifest {
  readonly formatVersion: 1;
  /** Key of the function in the project that it was made in. */
  readonly function: string;
  /** Base64, as Lambda's CodeSha256. */
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly runtime?: string;
  readonly architecture: string;
  readonly handler?: string;
  /** As the project names them: ARNs, or keys of its own layers. */
  readonly layers: readonly string[];
  /** Where the project lies in a git repository. */
  readonly git?: GitState;
}

export interface GitState {
  readonly commit: string;
  /** Files that git knows differed from the commit. */
  readonly hasChanges: boolean;
}

/** Where the manifest of a package lies. */
export function manifestFileOf(packageFile: string): string {
  return `${packageFile}.manifest.json`;
}

/** Writes the manifest beside a package, and answers its path. */
export async function writeArtifactManifest(
  { file, sha256, zippedBytes }: PackageResult,
  resolved: Pick<ResolvedFunction, 'key' | 'config'>,
  git: GitState | undefined,
): Promise<string> {
  const { runtime, handler, layers = [] } = resolved.config;
  const manifest: ArtifactManifest = {
    formatVersion: 1,
    function: resolved.key,
    codeSha256: sha256,
    codeSize: zippedBytes,
    ...(runtime !== undefined && { runtime }),
    architecture: architectureOf(resolved),
    ...(handler !== undefined && { handler }),
    layers,
    ...(git !== undefined && { git }),
  };
  const manifestFile = manifestFileOf(file);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  // One that says the same already is left alone, as its package is.
  if ((await readTextIfExists(manifestFile)) !== text)
    await writeFileAtomically(manifestFile, text, { durable: false });
  return manifestFile;
}

/**
 * The manifest of a finished package, checked against the package and the project; undefined where there is none.
 * @throws LambdakitError `invalid-input` when it describes other bytes, `config-invalid` when the package was made for
 * another runtime or architecture than the project asks for
 */
export async function checkArtifact(
  { file, sha256 }: Pick<PackageResult, 'file' | 'sha256'>,
  resolved: Pick<ResolvedFunction, 'key' | 'config'>,
): Promise<ArtifactManifest | undefined> {
  const manifest = await readManifest(manifestFileOf(file));
  if (manifest === undefined) return undefined;
  if (manifest.codeSha256 !== sha256) {
    throw new LambdakitError(
      'invalid-input',
      `${file} is not the package that its manifest describes: its SHA-256 is ${sha256}, and ${manifest.codeSha256} is wanted.`,
      {
        hint: 'Fetch package and manifest again, or make both again with `lambdakit package`.',
        details: { mismatch: 'codeSha256', wanted: manifest.codeSha256, found: sha256 },
      },
    );
  }
  refuseOther('runtime', { file, key: resolved.key, wanted: resolved.config.runtime, found: manifest.runtime });
  const wanted = architectureOf(resolved);
  refuseOther('architecture', { file, key: resolved.key, wanted, found: manifest.architecture });
  return manifest;
}

/** The commit that a folder is at; undefined outside of a git repository, or without git. */
export async function readGitState(folder: string): Promise<GitState | undefined> {
  if (!isInRepository(folder)) return undefined;
  const args = ['-C', folder, 'status', '--porcelain=v2', '--branch', '--untracked-files=no'];
  const { exitCode, stdout } = await runShortCommand('git', args, { timeoutMs: GIT_PATIENCE_MS });
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(stdout)?.[1];
  if (exitCode !== 0 || commit === undefined) return undefined;
  return { commit, hasChanges: stdout.split('\n').some((line) => line !== '' && !line.startsWith('#')) };
}

const GIT_PATIENCE_MS = 10_000;

/** To look for the repository costs a hundredth of asking git. A variable can name one elsewhere (git's manual, "git"). */
function isInRepository(folder: string): boolean {
  if (environmentVariable('GIT_DIR') !== undefined) return true;
  for (let above = path.resolve(folder); ; above = path.dirname(above)) {
    if (existsSync(path.join(above, '.git'))) return true;
    if (above === path.dirname(above)) return false;
  }
}

/** Without a word in the project it is Lambda's own default (Lambda API reference, CreateFunction). */
function architectureOf({ config }: Pick<ResolvedFunction, 'config'>): string {
  return config.architectures?.[0] ?? 'x86_64';
}

async function readManifest(file: string): Promise<ArtifactManifest | undefined> {
  const text = await readTextIfExists(file);
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as Partial<ArtifactManifest>;
    if (manifest.formatVersion === 1 && typeof manifest.codeSha256 === 'string') return manifest as ArtifactManifest;
  } catch {
    // Not JSON: told below, as any other content that is no manifest.
  }
  throw new LambdakitError('invalid-input', `${file} is no manifest of a package.`, {
    hint: 'Make it again with `lambdakit package`, or remove it to deploy the package without a check.',
  });
}

interface Comparison {
  readonly file: string;
  readonly key: string;
  readonly wanted: string | undefined;
  readonly found: string | undefined;
}

function refuseOther(what: 'runtime' | 'architecture', { file, key, wanted, found }: Comparison): void {
  if (wanted === undefined || found === undefined || wanted === found) return;
  throw new LambdakitError(
    'config-invalid',
    `${file} was made for the ${what} ${found}, and the project wants ${wanted} for ${key}.`,
    {
      hint: `Deploy a package that was made for ${wanted}, or change the ${what} in the project file.`,
      details: { mismatch: what, wanted, found },
    },
  );
}
