import path from 'node:path';
import { buildUnlessSame } from './build-cache.js';
import type { BuilderContext, BuilderOutcome } from './build-request.js';
import { runToolchain } from './run-toolchain.js';
import { copySourceFiles } from './source-files.js';
import { replaceFolder } from './staging-folder.js';

/** Copies the source and installs its gems into vendor/bundle, where the runtime's Bundler finds them. */
export function buildWithRuby(context: BuilderContext): Promise<BuilderOutcome> {
  return buildUnlessSame(context, { manifests: ['Gemfile'], outputFolders: ['vendor'] }, () =>
    replaceFolder(context.outputFolder, async (staging) => {
      await copySourceFiles(context, staging, ['vendor']);
      const inBuild = { ...context, codeFolder: staging };
      await runToolchain(inBuild, 'bundle', ['install', '--quiet', ...(context.options.args ?? [])], {
        BUNDLE_PATH: path.join(staging, 'vendor', 'bundle'),
        BUNDLE_WITHOUT: 'development:test',
        BUNDLE_GEMFILE: path.join(staging, 'Gemfile'),
      });
      return {};
    }),
  );
}
