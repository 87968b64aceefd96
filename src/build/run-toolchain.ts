import { LambdakitError } from '../errors/lambdakit-error.js';
import { runCommand } from '../system/run-command.js';
import type { BuilderContext } from './build-request.js';

const SHOWN_LINES = 30;

/** How to get the tools that builders call. */
const INSTALL_HINTS: Readonly<Record<string, string>> = {
  uv: 'Install uv (docs.astral.sh/uv) or Python with pip.',
  python: 'Install Python 3 with pip.',
  python3: 'Install Python 3 with pip.',
  go: 'Install Go (go.dev/dl).',
  cargo: 'Install Rust (rustup.rs).',
  mvn: 'Install Maven (maven.apache.org), or add its wrapper to the project: mvn wrapper:wrapper.',
  gradle: 'Install Gradle (gradle.org), or add its wrapper to the project: gradle wrapper.',
  bundle: 'Install Ruby and Bundler (gem install bundler).',
  dotnet: 'Install the .NET SDK (dotnet.microsoft.com).',
  make: 'Install make (part of the compiler tools of your system).',
};

/**
 * Runs a tool of a language in the source folder; its output goes out as progress unless it is quiet.
 * @throws LambdakitError `toolchain-missing` when it is not installed, `build-failed` with the end of
 * its output when it fails, `interrupted` on abort.
 */
export async function runToolchain(
  context: BuilderContext,
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  output: 'shown' | 'quiet' = 'shown',
): Promise<string> {
  const { codeFolder, options, request } = context;
  const onLine = (text: string) => request.onProgress?.({ kind: 'detail', subject: request.key, text });
  onLine(`$ ${[program, ...args].join(' ')}`);
  const result = await runCommand(program, args, {
    cwd: codeFolder,
    env: { ...variables, ...options.environment },
    ...(output === 'shown' && { onLine }),
    ...(request.signal !== undefined && { signal: request.signal }),
  });
  if (result.isCanceled) throw new LambdakitError('interrupted', `the build of ${request.key} was interrupted`);
  if (result.isNotFound) throw toolchainMissing(request.key, program);
  if (result.exitCode !== 0) {
    const lines = result.all
      .split('\n')
      .slice(-SHOWN_LINES)
      .map((line) => `  ${line}`);
    const ending = result.exitCode === undefined ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
    throw new LambdakitError('build-failed', [`${request.key}: ${program} ${ending}:`, ...lines].join('\n'), {
      hint: `Run it by hand in ${codeFolder}: ${[program, ...args].join(' ')}`,
      details: { program, args, exitCode: result.exitCode },
    });
  }
  return result.stdout;
}

/** The error for a tool that is not on the PATH, with where to get it. */
export function toolchainMissing(key: string, program: string): LambdakitError {
  return new LambdakitError('toolchain-missing', `${key} needs ${program}, which is not installed`, {
    hint: INSTALL_HINTS[program] ?? `Install ${program}, or correct build.command.`,
    details: { program },
  });
}
