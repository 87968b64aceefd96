import { LambdakitError } from '../../errors/lambdakit-error.js';

/** How the traffic of an alias moves to another version. Percentages are of all traffic. */
export type ShiftStrategy =
  | { readonly type: 'all-at-once' }
  /** One first step, a wait, then everything. */
  | { readonly type: 'canary'; readonly percentage: number; readonly waitMs: number }
  /** Equal steps with a wait after each. */
  | { readonly type: 'linear'; readonly percentage: number; readonly everyMs: number };

/** One step: the share of the new version (0 to 1), and how long it is watched before the next. */
export interface ShiftStep {
  readonly share: number;
  readonly watchMs: number;
}

/**
 * The steps of a strategy from the share that the new version has already (0 at the start). The last
 * step has the share 1 and nothing to wait for. Pure.
 */
export function shiftSchedule(strategy: ShiftStrategy, reached = 0): readonly ShiftStep[] {
  if (strategy.type === 'all-at-once') return [{ share: 1, watchMs: 0 }];
  const first = strategy.percentage / 100;
  if (strategy.type === 'canary') {
    // After an interruption the wait begins anew: nobody watched meanwhile.
    return [
      { share: Math.max(first, reached), watchMs: strategy.waitMs },
      { share: 1, watchMs: 0 },
    ];
  }
  const steps: ShiftStep[] = [];
  const begin = reached > 0 ? reached : first;
  for (let share = begin; share < 1 - TOLERANCE; share += first)
    steps.push({ share: rounded(share), watchMs: strategy.everyMs });
  return [...steps, { share: 1, watchMs: 0 }];
}

/** Adding tenths gives 0.30000000000000004. */
const TOLERANCE = 1e-9;

function rounded(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}

/** `10 %, then all after 5m`. */
export function describeStrategy(strategy: ShiftStrategy): string {
  switch (strategy.type) {
    case 'all-at-once':
      return 'all at once';
    case 'canary':
      return `${strategy.percentage} %, then all after ${durationText(strategy.waitMs)}`;
    case 'linear':
      return `${strategy.percentage} % every ${durationText(strategy.everyMs)}`;
  }
}

function durationText(durationMs: number): string {
  if (durationMs % 60_000 === 0 && durationMs > 0) return `${durationMs / 60_000}m`;
  return durationMs >= 1_000 ? `${durationMs / 1_000}s` : `${durationMs}ms`;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads `5m`, `30s`, `500ms` as milliseconds. @throws LambdakitError `usage` */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  if (match !== null && unit !== undefined) return Number(match[1]) * unit;
  throw new LambdakitError('usage', `"${text}" is no duration.`, { hint: 'Write a number and ms, s, m or h: 5m.' });
}

/** Reads `10%` or `10` as 10. @throws LambdakitError `usage` */
export function parsePercentage(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim());
  const value = Number(match?.[1] ?? Number.NaN);
  if (value > 0 && value < 100) return value;
  throw new LambdakitError('usage', `"${text}" is no share of the traffic.`, {
    hint: 'Write a percentage above 0 and below 100: 10%.',
  });
}

/**
 * The strategies that CodeDeploy and SAM have names for: `Canary10Percent5Minutes`,
 * `Linear10PercentEvery1Minute`, `AllAtOnce`; other numbers in the same words too. Undefined for anything else.
 */
export function presetStrategy(name: string): ShiftStrategy | undefined {
  const bare = name.replace(/^CodeDeployDefault\./, '').replace(/^Lambda/, '');
  if (bare === 'AllAtOnce') return { type: 'all-at-once' };
  const match = /^(Canary|Linear)(\d{1,2})Percent(?:Every)?(\d+)Minutes?$/.exec(bare);
  if (match === null) return undefined;
  const percentage = Number(match[2]);
  const intervalMs = Number(match[3]) * 60_000;
  if (percentage === 0) return undefined;
  return match[1] === 'Canary'
    ? { type: 'canary', percentage, waitMs: intervalMs }
    : { type: 'linear', percentage, everyMs: intervalMs };
}
