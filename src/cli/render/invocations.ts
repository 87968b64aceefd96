import type { ManySummary } from '../../actions/invocations/invoke-many.js';
import type { Percentiles } from '../../actions/logs/log-stats.js';
import type { Style } from '../style.js';
import { costText } from './logs.js';
import { formatDuration } from './units.js';

const BAR_WIDTH = 40;

/** Many invocations of one function: figures, and the histogram of what the caller waited. */
export function renderManySummary(summary: ManySummary, style: Style): string {
  const { invocations, functionErrors, refused, coldStarts, histogram } = summary;
  const highest = Math.max(1, ...histogram.map(({ count }) => count));
  const width = Math.max(0, ...histogram.map(({ toMs }) => String(toMs).length));
  const bars = histogram.map(({ fromMs, toMs, count }) => {
    const bar = '█'.repeat(Math.max(count > 0 ? 1 : 0, Math.round((BAR_WIDTH * count) / highest)));
    return `${String(fromMs).padStart(width)} – ${String(toMs).padStart(width)} ms  ${style.cyan(bar)} ${count}`;
  });
  const rows: readonly (readonly [string, string | undefined])[] = [
    [
      'invocations',
      `${invocations} in ${formatDuration(summary.wallMs)}, ${summary.invocationsPerSecond.toFixed(1)} a second`,
    ],
    ['errors', functionErrors === 0 ? '0' : style.red(String(functionErrors))],
    ['refused', refused === 0 ? undefined : style.red(String(refused))],
    ['cold starts', String(coldStarts)],
    ['warm', latencyText(summary.warmLatency)],
    ['cold', latencyText(summary.coldLatency)],
    ['duration', latencyText(summary.duration)],
    ['billed', formatDuration(summary.billedDuration)],
    ['cost', costText(summary)],
  ];
  const lines = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${style.bold(name.padEnd(12))}  ${value}`);
  return [...lines, '', ...bars].join('\n');
}

function latencyText(latency: Percentiles | undefined): string | undefined {
  if (latency === undefined) return undefined;
  const { p50, p90, p99, max } = latency;
  return `p50 ${p50.toFixed(1)} ms, p90 ${p90.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`;
}
