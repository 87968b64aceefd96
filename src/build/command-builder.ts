import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { cp, existsSync } from '../system/files.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Runs the project's own program. It leaves the outcome in the folder named by LAMBDAKIT_OUTPUT, or in
 * `build.output`, which is then copied. No shell takes part.
 */
export async function buildWithCommand(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, options, outputFolder, request } = context;
  const [program, ...args] = options.command ?? [];
  if (program === undefined) {
    throw new LambdakitError('invalid-input', `${request.key} uses the builder "command" without build.command`, {
      hint: 'Set build.command to the program and its arguments.',
    });
  }
  return replaceFolder(outputFolder, async (staging) => {
    await runToolchain(context, program, [...args, ...(options.args ?? [])], {
      LAMBDAKIT_OUTPUT: staging,
      LAMBDAKIT_RUNTIME: request.runtime ?? '',
      LAMBDAKIT_ARCHITECTURE: request.architecture ?? 'x86_64',
    });
    if (options.output !== undefined) await copyOutput(path.resolve(codeFolder, options.output), staging, context);
    return {};
  });
}

async function copyOutput(from: string, staging: string, { request }: BuilderContext): Promise<void> {
  if (!existsSync(from)) {
    throw new LambdakitError('build-failed', `the build of ${request.key} left nothing at ${from}`, {
      hint: 'Correct build.output, or let the command write to the folder in LAMBDAKIT_OUTPUT.',
    });
  }
  await cp(from, staging, { recursive: true, verbatimSymlinks: true });
}
