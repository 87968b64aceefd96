import type { Project } from '../../config/load-project.js';
import { hasReference } from '../../config/reference.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { valueAt } from '../../config/value-path.js';
import type { PackageStats } from '../../packaging/package-stats.js';
import type { ActionContext } from '../action-context.js';
import { chooseFunctions } from '../choose-functions.js';
import { isImage } from '../image-uri.js';
import { packageOne } from '../package-functions.js';
import type { Lint } from './lint.js';
import { lintFunction } from './lint-function.js';

export interface CheckRequest {
  readonly names: readonly string[];
  /** Builds nothing and looks at the settings alone. */
  readonly isWithoutPackage: boolean;
  /** `YYYY-MM-DD`, against which runtimes end. */
  readonly today: string;
}

export interface CheckedFunction {
  readonly key: string;
  readonly lints: readonly Lint[];
}

/** Holds the named functions, or all, against the platform's rules: their settings and their packages. */
export async function checkFunctions(
  request: CheckRequest,
  context: ActionContext,
): Promise<readonly CheckedFunction[]> {
  const project = await context.project();
  const functions = await chooseFunctions(project, { names: request.names, takesAll: true });
  const checked: CheckedFunction[] = [];
  for (const resolved of functions) {
    const isPackaged = !request.isWithoutPackage && !isImage(resolved.config.code);
    const stats = isPackaged ? await statsOf(resolved, project, context) : undefined;
    const literalVariables = literalsOf(resolved, project);
    checked.push({
      key: resolved.key,
      lints: lintFunction({ resolved, literalVariables, stats, today: request.today }),
    });
  }
  return checked;
}

async function statsOf(resolved: ResolvedFunction, project: Project, context: ActionContext): Promise<PackageStats> {
  const { packageStats } = await import('../../packaging/package-stats.js');
  const { file } = await packageOne(resolved, project, context);
  return packageStats(file, { runtime: resolved.config.runtime });
}

function literalsOf({ key, environment }: ResolvedFunction, { document, stage }: Project): ReadonlySet<string> {
  const within = (base: readonly string[]) => [
    [...base, 'functions', key],
    [...base, 'defaults'],
  ];
  const places = [...(stage === undefined ? [] : within(['stages', stage])), ...within([])];
  const literals = Object.keys(environment).filter((name) => {
    const raw = places
      .map((place) => valueAt(document?.data, [...place, 'environment', name]))
      .find((value) => value !== undefined);
    return raw !== undefined && !hasReference(raw);
  });
  return new Set(literals);
}
