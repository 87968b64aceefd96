import { eventRules } from './event-rules.js';
import type { Lint, LintSubject } from './lint.js';
import { packageRules } from './package-rules.js';
import { settingRules } from './setting-rules.js';

const ORDER: readonly Lint['severity'][] = ['problem', 'warning', 'note'];

/** Holds a function against the platform's rules; the gravest first. */
export function lintFunction(subject: LintSubject): readonly Lint[] {
  const lints = [...settingRules(subject), ...eventRules(subject), ...packageRules(subject)];
  return lints.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
