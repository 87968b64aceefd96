import { costOf, type GivenPrice, type Price, priceOf } from '../../lambda/pricing.js';
import type { ReportLine } from '../../lambda/report-line.js';
import type { LogEntry } from './log-entry.js';

/** Figures of the invocations whose REPORT line was seen. Milliseconds and MB. */
export interface LogStats {
  readonly invocations: number;
  /** Invocations that ended with an error, a crash or a timeout. */
  readonly errors: number;
  readonly timeouts: number;
  readonly coldStarts: number;
  readonly duration: Percentiles | undefined;
  readonly initDuration: Percentiles | undefined;
  readonly memorySize: number | undefined;
  readonly maxMemoryUsed: number | undefined;
  readonly billedDuration: number;
  readonly region?: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Price of these invocations, without free tier; absent where the price of the region is not known. */
  readonly cost?: number;
  readonly currency?: 'USD' | 'CNY';
  readonly priceOrigin?: Price['origin'];
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Sums up the REPORT lines of a log. */
export function statsOf(
  entries: readonly LogEntry[],
  place: {
    readonly region: string | undefined;
    readonly architecture: 'x86_64' | 'arm64';
    readonly given?: GivenPrice | undefined;
  },
): LogStats {
  const reports = entries.map(({ report }) => report).filter((report) => report !== undefined);
  const failed = new Set(entries.filter(({ isFailure }) => isFailure).map(({ requestId }) => requestId));
  const price = priceOf(place);
  const inits = reports.map(initOf).filter((duration) => duration !== undefined);
  return {
    invocations: reports.length,
    errors: reports.filter(({ requestId }) => failed.has(requestId)).length,
    timeouts: reports.filter(({ status }) => status === 'timeout').length,
    coldStarts: inits.length,
    duration: percentilesOf(reports.map(({ durationMs }) => durationMs)),
    initDuration: percentilesOf(inits),
    memorySize: highest(reports.map(({ memorySizeMb }) => memorySizeMb)),
    maxMemoryUsed: highest(reports.map(({ maxMemoryUsedMb }) => maxMemoryUsedMb)),
    billedDuration: reports.reduce((sum, { billedDurationMs }) => sum + billedDurationMs, 0),
    ...(place.region !== undefined && { region: place.region }),
    architecture: place.architecture,
    ...(price !== undefined && {
      cost: reports.reduce((sum, report) => sum + costOf(report, price), 0),
      currency: price.currency,
      priceOrigin: price.origin,
    }),
  };
}

function initOf({ initDurationMs, restoreDurationMs }: ReportLine): number | undefined {
  return initDurationMs ?? restoreDurationMs;
}

/** By the nearest rank, so that every figure is one that was measured. */
export function percentilesOf(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

function highest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}
