import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Runs a target of the project's Makefile (`build.target`, or `build-<key>` of the function), which
 * leaves its outcome in the folder named by ARTIFACTS_DIR, as for AWS SAM.
 */
export function buildWithMake(context: BuilderContext): Promise<BuilderOutcome> {
  const { options, outputFolder, request } = context;
  return replaceFolder(outputFolder, async (staging) => {
    const target = options.target ?? `build-${request.key}`;
    await runToolchain(context, 'make', [target, ...(options.args ?? [])], {
      ARTIFACTS_DIR: staging,
      LAMBDAKIT_OUTPUT: staging,
      LAMBDAKIT_ARCHITECTURE: request.architecture ?? 'x86_64',
    });
    return {};
  });
}
