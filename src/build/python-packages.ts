import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { findRuntime } from '../lambda/runtimes.js';
import { existsSync, rm, writeFile } from '../system/files.js';
import { hostPlatform } from '../system/host.js';
import { runCommand } from '../system/run-command.js';
import type { BuilderContext } from './build-request.js';
import { runToolchain } from './run-toolchain.js';

/** The file that lists the dependencies of a Python function; undefined when it has none. */
export function requirementsFile({ codeFolder, options, request }: BuilderContext): string | undefined {
  if (options.requirements === undefined) {
    const names = ['uv.lock', 'requirements.txt', 'pyproject.toml'];
    return names.map((name) => path.join(codeFolder, name)).find((file) => existsSync(file));
  }
  const file = path.resolve(codeFolder, options.requirements);
  if (existsSync(file)) return file;
  throw new LambdakitError('file-not-found', `${request.key}: build.requirements names ${file}, which is not there`, {
    hint: 'Correct build.requirements; it is relative to the code.',
  });
}

/** Installs what a file lists into a folder, with uv where it is installed, else with pip. */
export async function installPythonPackages(context: BuilderContext, file: string, folder: string): Promise<void> {
  const hasUv = (await runCommand('uv', ['--version'])).exitCode === 0;
  if (path.basename(file) === 'uv.lock' && !hasUv) {
    throw new LambdakitError('toolchain-missing', `${context.request.key} has a uv.lock, and uv is not installed`, {
      hint: 'Install uv (docs.astral.sh/uv), or name a requirements file in build.requirements.',
      details: { program: 'uv' },
    });
  }
  const list = `${folder}.requirements.txt`;
  try {
    const requirements = await asRequirements(context, file, list, hasUv);
    await (hasUv ? installWithUv(context, requirements, folder) : installWithPip(context, requirements, folder));
  } finally {
    await rm(list, { force: true });
  }
}

/** pip cannot take a project file for a list of dependencies, and uv cannot take its own lock file. */
async function asRequirements(context: BuilderContext, file: string, list: string, hasUv: boolean): Promise<string> {
  if (path.basename(file) === 'uv.lock') {
    const args = ['export', '--frozen', '--no-dev', '--no-emit-project', '--quiet', '--output-file', list];
    await runToolchain(context, 'uv', args);
    return list;
  }
  if (path.basename(file) !== 'pyproject.toml' || hasUv) return file;
  const program =
    'import sys, tomllib; print("\\n".join(tomllib.load(open(sys.argv[1], "rb")).get("project", {}).get("dependencies", [])))';
  await writeFile(list, await runToolchain(context, python(), ['-c', program, file]));
  return list;
}

async function installWithUv(context: BuilderContext, requirements: string, folder: string): Promise<void> {
  const { machine, system } = platformOf(context);
  const platform = system === 'al2023' ? `${machine}-manylinux_2_28` : `${machine}-manylinux2014`;
  const target = ['--target', folder, '--python-platform', platform, '--python-version', versionOf(context)];
  const args = ['pip', 'install', '--quiet', '--only-binary', ':all:', ...target, '-r', requirements];
  await runToolchain(context, 'uv', [...args, ...(context.options.args ?? [])]);
}

async function installWithPip(context: BuilderContext, requirements: string, folder: string): Promise<void> {
  const { machine, system } = platformOf(context);
  // A wheel for an older system runs on a newer one; pip wants each said.
  const tags = [
    ...(system === 'al2023' ? ['manylinux_2_34', 'manylinux_2_28'] : []),
    'manylinux_2_17',
    'manylinux2014',
  ];
  const platforms = tags.flatMap((tag) => ['--platform', `${tag}_${machine}`]);
  const target = ['--target', folder, '--implementation', 'cp', '--python-version', versionOf(context), ...platforms];
  const quiet = [
    '--quiet',
    '--no-compile',
    '--disable-pip-version-check',
    '--no-warn-conflicts',
    '--root-user-action=ignore',
  ];
  const args = ['-m', 'pip', 'install', ...quiet, '--only-binary=:all:', ...target, '-r', requirements];
  await runToolchain(context, python(), [...args, ...(context.options.args ?? [])]);
}

/** Amazon Linux 2023 has glibc 2.34, Amazon Linux 2 has 2.26. */
function platformOf({ request }: BuilderContext) {
  return {
    machine: request.architecture === 'arm64' ? 'aarch64' : 'x86_64',
    system: findRuntime(request.runtime ?? '')?.operatingSystem ?? 'al2023',
  };
}

function versionOf({ request }: BuilderContext): string {
  return /^python(\d+\.\d+)$/.exec(request.runtime ?? '')?.[1] ?? '3.13';
}

function python(): string {
  return hostPlatform() === 'win32' ? 'python' : 'python3';
}
