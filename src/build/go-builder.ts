import path from 'node:path';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { copyIncludedFiles } from './included-files.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/**
 * Compiles a Go program to `bootstrap`, for Linux on the function's architecture from any machine. No
 * paths, build ids or git state get into the binary, so that equal source gives equal bytes.
 */
export function buildWithGo(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, options, outputFolder, request } = context;
  return buildUnlessSame(context, { manifests: ['go.mod', 'go.work'], lockFiles: ['go.mod', 'go.sum'] }, () =>
    replaceFolder(outputFolder, async (staging) => {
      const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', '-tags=lambda.norpc'];
      const output = ['-o', path.join(staging, 'bootstrap')];
      const entry = options.entry?.[0] ?? '.';
      await runToolchain(context, 'go', ['build', ...flags, ...(options.args ?? []), ...output, entry], {
        GOOS: 'linux',
        GOARCH: request.architecture === 'arm64' ? 'arm64' : 'amd64',
        CGO_ENABLED: '0',
      });
      await copyIncludedFiles(codeFolder, staging, request.include);
      return {};
    }),
  );
}
