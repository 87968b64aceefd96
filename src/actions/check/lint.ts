import type { ResolvedFunction } from '../../config/resolve-function.js';
import type { PackageStats } from '../../packaging/package-stats.js';
import { eventRules } from './event-rules.js';
import { packageRules } from './package-rules.js';
import { settingRules } from './setting-rules.js';

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

const ORDER: readonly Lint['severity'][] = ['problem', 'warning', 'note'];

/** Holds a function against the platform's rules; the gravest first. */
export function lintFunction(subject: LintSubject): readonly Lint[] {
  const lints = [...settingRules(subject), ...eventRules(subject), ...packageRules(subject)];
  return lints.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
