import type { ResolvedFunction } from '../../config/resolve-function.js';
import type { PackageStats } from '../../packaging/package-stats.js';

/** One thing about a function that the platform refuses (problem), punishes (warning), or that could be better (note). */
export interface Lint {
  readonly rule: string;
  readonly severity: 'problem' | 'warning' | 'note';
  readonly text: string;
  /** What to do about it. */
  readonly hint: string;
}

/** What the rules look at. */
export interface LintSubject {
  readonly resolved: Pick<ResolvedFunction, 'config' | 'environment'>;
  /** Names of environment variables whose value stands in the project file as it is, without a reference. */
  readonly literalVariables: ReadonlySet<string>;
  /** Absent for container images and where no package was made. */
  readonly stats?: PackageStats | undefined;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}
