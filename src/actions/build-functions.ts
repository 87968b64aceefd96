import type { BuildRequest, BuildResult } from '../build/build-request.js';
import type { Project } from '../config/load-project.js';
import type { ResolvedFunction } from '../config/resolve-function.js';
import type { ActionContext } from './action-context.js';
import { chooseFunctions } from './choose-functions.js';
import { codePlace, isImage } from './image-uri.js';

/** What building one function has led to. */
export interface BuildSummary {
  readonly key: string;
  readonly builder: string;
  readonly output: string;
  readonly isCached: boolean;
  readonly durationMs: number;
  readonly warnings: readonly string[];
}

/** Builds the named functions, or all; container images have nothing to build and are left out. */
export async function buildFunctions(
  names: readonly string[],
  context: ActionContext,
): Promise<readonly BuildSummary[]> {
  const project = await context.project();
  const functions = await chooseFunctions(project, { names, takesAll: true });
  const built: BuildSummary[] = [];
  for (const resolved of functions.filter(({ config }) => names.length > 0 || !isImage(config.code))) {
    const { key, builder, output, isCached, durationMs, warnings } = await buildOne(resolved, project, context);
    built.push({ key, builder, output, isCached, durationMs, warnings });
  }
  return built;
}

/** Builds one function and tells of it. */
export async function buildOne(
  resolved: ResolvedFunction,
  project: Project,
  { signal, progress, outputRoot }: ActionContext & { readonly outputRoot?: string | undefined },
): Promise<BuildResult> {
  const { buildFunction } = await import('../build/build-function.js');
  const { key } = resolved;
  progress({ kind: 'started', subject: key, text: 'building' });
  const built = await buildFunction({ ...buildRequestOf(resolved, project), outputRoot, signal, onProgress: progress });
  if (built.isCached || built.isSource) progress({ kind: 'detail', subject: key, text: 'nothing to build' });
  else progress({ kind: 'done', subject: key, text: `built with ${built.builder}`, durationMs: built.durationMs });
  return built;
}

/** What the project says of the build of a function. */
export function buildRequestOf({ key, config }: ResolvedFunction, { folder }: Project): BuildRequest {
  return {
    key,
    projectFolder: folder,
    code: codePlace(key, config.code),
    runtime: config.runtime,
    handler: config.handler,
    architecture: config.architectures?.[0],
    build: config.build,
    include: config.include,
  };
}
