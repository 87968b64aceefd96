import path from 'node:path';
import { existsSync, rm } from '../system/files.js';
import { hostArchitecture, hostPlatform } from '../system/host.js';
import { readdirSync, walkFiles } from '../system/walk-files.js';
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
      const bundle = path.join(staging, 'vendor', 'bundle');
      await runToolchain(inBuild, 'bundle', ['install', '--quiet', ...(context.options.args ?? [])], {
        BUNDLE_PATH: bundle,
        BUNDLE_WITHOUT: 'development:test',
        BUNDLE_GEMFILE: path.join(staging, 'Gemfile'),
      });
      const compiled = existsSync(bundle) ? await cleanBundle(bundle) : [];
      return { warnings: compiled.length > 0 ? machineWarnings(context, compiled) : [] };
    }),
  );
}

/** Folders of an installed bundle that nothing needs at run time; `cache` has every gem a second time. */
const LEFTOVER_FOLDERS = ['cache', 'doc', 'build_info'];
/** What compiling a gem leaves: logs with times and paths of this machine, and what has been linked. */
const LEFTOVER_FILES = /\/(gem_make\.out|mkmf\.log)$|\/ext\/.*(\.o|\.time|\/Makefile)$/;

/** Removes what no function needs, and what differs from build to build. Returns the files of native code that stay. */
async function cleanBundle(bundle: string): Promise<readonly string[]> {
  const compiled: string[] = [];
  const leftovers: string[] = [];
  for (const engine of readdirSync(bundle)) {
    for (const version of readdirSync(path.join(bundle, engine))) {
      leftovers.push(...LEFTOVER_FOLDERS.map((name) => `${engine}/${version}/${name}`));
    }
  }
  walkFiles(bundle, {
    wants: () => true,
    onFile: ({ name, kind }) => {
      if (kind === 'file' && LEFTOVER_FILES.test(name)) leftovers.push(name);
      else if (kind === 'file' && /\.(so|bundle)$/.test(name)) compiled.push(name);
    },
    onProblem: () => undefined,
  });
  for (const name of leftovers) await rm(path.join(bundle, name), { recursive: true, force: true });
  return compiled;
}

/** Gems with native code are compiled by this machine, for this machine. */
function machineWarnings({ request }: BuilderContext, [first, ...others]: readonly string[]): readonly string[] {
  const architecture = request.architecture ?? 'x86_64';
  if (hostPlatform() === 'linux' && hostArchitecture() === architecture) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [
    `gems were compiled for this machine (${hostPlatform()} ${hostArchitecture()}), and the function needs linux ${architecture}: ${first}${more}; build on such a machine`,
  ];
}
