import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { copyIncludedFiles } from './included-files.js';
import { runToolchain } from './run-toolchain.js';
import { replaceFolder } from './staging-folder.js';

/** Publishes a .NET project for Linux; for a custom runtime (`provided.*`) the framework goes along. */
export function buildWithDotnet(context: BuilderContext): Promise<BuilderOutcome> {
  const { codeFolder, options, outputFolder, request } = context;
  return buildUnlessSame(context, { outputFolders: ['bin', 'obj'] }, () =>
    replaceFolder(outputFolder, async (staging) => {
      const identifier = request.architecture === 'arm64' ? 'linux-arm64' : 'linux-x64';
      const isSelfContained = (request.runtime ?? '').startsWith('provided');
      const entry = options.entry?.[0] === undefined ? [] : [options.entry[0]];
      await runToolchain(context, 'dotnet', [
        'publish',
        ...entry,
        '--configuration',
        'Release',
        '--runtime',
        identifier,
        '--self-contained',
        String(isSelfContained),
        '--output',
        staging,
        '-p:Deterministic=true',
        '-p:ContinuousIntegrationBuild=true',
        ...(options.args ?? []),
      ]);
      await copyIncludedFiles(codeFolder, staging, request.include);
      return {};
    }),
  );
}
