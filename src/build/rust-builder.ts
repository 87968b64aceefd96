import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { copyFile, existsSync } from '../system/files.js';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { copyIncludedFiles } from './included-files.js';
import { runToolchain } from './run-toolchain.js';
import { chooseRustTarget } from './rust-target.js';
import { replaceFolder } from './staging-folder.js';

/** Compiles a Rust program to `bootstrap`, for the target of `chooseRustTarget`. */
export function buildWithRust(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, options, outputFolder, request } = context;
  const inputs = { manifests: ['Cargo.toml'], outputFolders: ['target'], lockFiles: ['Cargo.lock'] };
  return buildUnlessSame(context, inputs, async () => {
    const binary = await findBinary(context);
    const { triple, builder, warnings } = await chooseRustTarget(context);
    const target = triple === undefined ? [] : ['--target', triple];
    const program = ['--release', '--bin', binary.name, '--config', 'profile.release.strip=true'];
    await runToolchain(context, 'cargo', [...builder.command, ...program, ...target, ...(options.args ?? [])]);
    const built = path.join(binary.targetFolder, builder.programAt(triple, binary.name));
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
