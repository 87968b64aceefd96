import path from 'node:path';
import type { BuildResult } from '../../build/build-request.js';
import type { OpenBuild } from '../../build/open-build.js';
import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { realpath } from '../../system/files.js';
import type { FileChange } from '../../system/watch-files.js';
import type { ActionContext } from '../action-context.js';
import { buildRequestOf } from '../build-functions.js';
import { codePlace } from '../image-uri.js';
import { packageOne } from '../package-functions.js';
import { deployInFull, replaceCode } from './replace-code.js';
import { isBelow, isToolchainOutput } from './watched-places.js';

/** A function of the project while its source is edited. */
export interface DevFunction {
  readonly key: string;
  readonly functionName: string;
  /** Absolute, links resolved. */
  readonly codeFolder: string;
  /** Files outside of the code folder that the last build has read. */
  outsideInputs(): readonly string[];
  /** True when a change of a file may change what is deployed. */
  isConcernedBy(change: FileChange): boolean;
  /**
   * Builds, packages, and puts into service what has changed. A failure leaves the code that runs.
   * @throws LambdakitError as a build and a deployment do
   */
  update(): Promise<DevUpdate>;
  dispose(): Promise<void>;
}

export interface DevUpdate {
  readonly outcome: 'swapped' | 'unchanged';
  readonly url?: string | undefined;
}

/** Files that say how the others are to be read. */
const MANIFEST = /^(package\.json|package-lock\.json|tsconfig.*\.json|\.lambdakitignore)$/;

/** Takes a function of the project into the edit loop; its first update deploys it with all of its settings. */
export async function openDevFunction(
  resolved: ResolvedFunction,
  project: Project,
  context: ActionContext,
): Promise<DevFunction> {
  const { key, functionName, config } = resolved;
  const codeFolder = await realFolder(path.resolve(project.folder, codePlace(key, config.code)));
  let open: OpenBuild | undefined;
  let last: BuildResult | undefined;
  let deployedSha256: string | undefined;
  const build = async (): Promise<BuildResult> => {
    const { openBuild } = await import('../../build/open-build.js');
    // What has failed may have read other files than those that are known.
    last = undefined;
    open ??= await openBuild({
      ...buildRequestOf(resolved, project),
      signal: context.signal,
      onProgress: context.progress,
    });
    last = await open.rebuild();
    return last;
  };
  return {
    key,
    functionName,
    codeFolder,
    outsideInputs: () => (last?.inputs ?? []).filter((file) => !isBelow(codeFolder, file)),
    isConcernedBy: (change) => isConcerned(change, { codeFolder, last, hasInclude: config.include !== undefined }),
    update: async () => {
      const packaged = await packageOne(resolved, project, { ...context, build });
      if (packaged.sha256 === deployedSha256) return { outcome: 'unchanged' };
      const isFirst = deployedSha256 === undefined;
      const replace = isFirst ? deployInFull : replaceCode;
      const startedAt = performance.now();
      const { outcome, url } = await replace(resolved, project, { context, file: packaged.file });
      const times = [last?.durationMs ?? 0, packaged.durationMs, performance.now() - startedAt].map(Math.round);
      const text = `built in ${times[0]} ms, packaged in ${times[1]} ms, deployed in ${times[2]} ms`;
      context.progress({ kind: 'detail', subject: key, text });
      deployedSha256 = packaged.sha256;
      return { outcome: outcome === 'unchanged' ? 'unchanged' : 'swapped', url };
    },
    dispose: async () => {
      await open?.dispose();
    },
  };
}

/** Builders name their inputs by their true paths. A folder that is not there yet is told of by the build. */
async function realFolder(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

interface Known {
  readonly codeFolder: string;
  readonly last: BuildResult | undefined;
  readonly hasInclude: boolean;
}

function isConcerned({ file, kind }: FileChange, { codeFolder, last, hasInclude }: Known): boolean {
  const isInput = last?.inputs.includes(file) === true;
  if (isInput) return true;
  if (!isBelow(codeFolder, file)) return false;
  if (last === undefined) return true;
  if (last.builder !== 'esbuild') return !isToolchainOutput(file, codeFolder, last.builder);
  // A file that comes or goes may be what an import now finds.
  return kind !== 'changed' || hasInclude || MANIFEST.test(path.basename(file));
}
