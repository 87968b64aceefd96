import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { copyFile, existsSync } from '../system/files.js';
import { hostArchitecture, hostPlatform } from '../system/host.js';
import { runCommand } from '../system/run-command.js';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { copyIncludedFiles } from './included-files.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Compiles a Rust program to `bootstrap`. Which target: one that runs on any Linux (musl) where it is
 * installed, else the machine's own when that is a Linux of the right architecture.
 */
export function buildWithRust(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, options, outputFolder, request } = context;
  const inputs = { manifests: ['Cargo.toml'], outputFolders: ['target'], lockFiles: ['Cargo.lock'] };
  return buildUnlessSame(context, inputs, async () => {
    const binary = await findBinary(context);
    const { triple, warnings } = await chooseTarget(context);
    const target = triple === undefined ? [] : ['--target', triple];
    const args = ['build', '--release', '--bin', binary.name, '--config', 'profile.release.strip=true', ...target];
    await runToolchain(context, 'cargo', [...args, ...(options.args ?? [])]);
    const built = path.join(binary.targetFolder, triple ?? '', 'release', binary.name);
    if (!existsSync(built)) throw new LambdakitError('build-failed', `cargo left nothing at ${built}`);
    return replaceFolder(outputFolder, async (staging) => {
      await copyFile(built, path.join(staging, 'bootstrap'));
      await copyIncludedFiles(codeFolder, staging, request.include);
      return { warnings };
    });
  });
}

interface CargoMetadata {
  readonly target_directory: string;
  readonly packages: readonly {
    readonly name: string;
    readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
  }[];
}

async function findBinary(context: BuilderContext): Promise<{ readonly name: string; readonly targetFolder: string }> {
  const text = await runToolchain(context, 'cargo', ['metadata', '--no-deps', '--format-version', '1'], {}, 'quiet');
  const metadata: CargoMetadata = JSON.parse(text);
  const names = metadata.packages
    .flatMap(({ targets }) => targets)
    .filter(({ kind }) => kind.includes('bin'))
    .map(({ name }) => name);
  const wanted = context.options.entry?.[0];
  const name = wanted ?? (names.includes('bootstrap') ? 'bootstrap' : names.length === 1 ? names[0] : undefined);
  if (name !== undefined && names.includes(name)) return { name, targetFolder: metadata.target_directory };
  throw new LambdakitError(
    'build-failed',
    `${context.request.key}: which of the programs is the function? ${names.join(', ') || 'There is none'}`,
    {
      hint: 'Name it in build.entry.',
    },
  );
}

async function chooseTarget(
  context: BuilderContext,
): Promise<{ readonly triple: string | undefined; readonly warnings: readonly string[] }> {
  const { options, request } = context;
  if (options.target !== undefined) return { triple: options.target, warnings: [] };
  const machine = request.architecture === 'arm64' ? 'aarch64' : 'x86_64';
  const musl = `${machine}-unknown-linux-musl`;
  const sysroot = await runCommand('rustc', ['--print', 'target-libdir', '--target', musl]);
  if (sysroot.exitCode === 0 && existsSync(sysroot.stdout.trim())) return { triple: musl, warnings: [] };
  if (hostPlatform() === 'linux' && hostArchitecture() === (request.architecture ?? 'x86_64')) {
    const warning = `built with this machine's C library: if it is newer than the runtime's, the program will not start there; rustup target add ${musl} avoids that`;
    return { triple: undefined, warnings: [warning] };
  }
  throw new LambdakitError(
    'toolchain-missing',
    `${request.key} needs the Rust target ${musl}, which is not installed`,
    {
      hint: `rustup target add ${musl}`,
      details: { program: 'cargo', target: musl },
    },
  );
}
