import type { MeasuredSize } from '../../actions/tune/measure-size.js';
import type { TuneResult } from '../../actions/tune/tune-function.js';
import type { Style } from '../style.js';
import { formatCost, GIVE_PRICE } from './logs.js';
import { type Column, renderTable } from './table.js';

const BAR_WIDTH = 24;

/** The measured sizes as a table, duration and cost as bars, and what is best. */
export function renderTune(result: TuneResult, style: Style): string {
  const table = renderTable(result.sizes, columnsOf(result, style), 'Nothing was measured.', style);
  return [table, '', ...chartOf(result, style), '', ...verdictOf(result, style)].join('\n');
}

function columnsOf({ currency, best }: TuneResult, style: Style): readonly Column<MeasuredSize>[] {
  const money: Column<MeasuredSize> =
    currency === undefined
      ? { head: 'GB-SECONDS', align: 'right', cell: ({ gbSeconds }) => gbSeconds?.toFixed(6) }
      : {
          head: `COST OF A MILLION (${currency})`,
          align: 'right',
          cell: ({ cost }) => (cost === undefined ? undefined : (1_000_000 * cost).toFixed(2)),
        };
  return [
    { head: 'MEMORY', align: 'right', cell: ({ memorySize }) => `${memorySize} MB` },
    { head: 'DURATION', align: 'right', cell: ({ duration }) => milliseconds(duration) },
    { head: 'BILLED', align: 'right', cell: ({ billedDuration }) => milliseconds(billedDuration) },
    { head: 'INIT', align: 'right', cell: ({ initDuration }) => milliseconds(initDuration) },
    { head: 'USED', align: 'right', cell: ({ maxMemoryUsed }) => maxMemoryUsed && `${maxMemoryUsed} MB` },
    money,
    {
      head: '',
      cell: ({ memorySize, failure }) =>
        failure === undefined ? (memorySize === best ? style.green('best') : '') : style.red('fails'),
    },
  ];
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${value.toFixed(1)} ms`;
}

function chartOf({ sizes, best, currency }: TuneResult, style: Style): readonly string[] {
  const working = sizes.filter(({ failure }) => failure === undefined);
  const expense = ({ cost, gbSeconds = 0 }: MeasuredSize): number => cost ?? gbSeconds;
  const slowest = Math.max(...working.map(({ duration = 0 }) => duration));
  const dearest = Math.max(...working.map(expense));
  const bar = (share: number): string => '█'.repeat(Math.max(1, Math.round(share * BAR_WIDTH))).padEnd(BAR_WIDTH);
  const lines = working.map((size) => {
    const name = `${size.memorySize} MB`.padStart(8);
    const shownName = size.memorySize === best ? style.bold(name) : name;
    const duration = style.cyan(bar((size.duration ?? 0) / slowest));
    return `${shownName}  ${duration}  ${style.yellow(bar(expense(size) / dearest))}`.trimEnd();
  });
  const head = `${' '.repeat(8)}  ${'duration'.padEnd(BAR_WIDTH)}  ${currency === undefined ? 'GB-seconds' : 'cost'}`;
  return [style.bold(head), ...lines];
}

const MEANINGS = { cost: 'the cheapest', speed: 'the fastest', balanced: 'the best for speed and cost alike' } as const;

function verdictOf(result: TuneResult, style: Style): readonly string[] {
  const { best, memorySize, strategy, isApplied, functionName, region, architecture, sizes, currency } = result;
  const chosen = sizes.find((size) => size.memorySize === best);
  const price =
    currency === undefined || chosen?.cost === undefined
      ? `The price is not known for ${region ?? 'this place'} (${architecture}), so cost is compared in GB-seconds; ${GIVE_PRICE}.`
      : `One invocation costs ${formatCost(chosen.cost, currency)} (${result.pricesAsOf === undefined ? 'at the given price' : `list price of ${region}, ${architecture}, ${result.pricesAsOf}`}; without free tier).`;
  const next =
    best === memorySize
      ? 'The function has that already.'
      : isApplied
        ? `The function has it now, ${memorySize} MB before; a deployment sets again what the project file says.`
        : `The function has ${memorySize} MB. Set it with --apply, or write "memorySize": ${best} into the project file.`;
  return [`${style.green(`${best} MB`)} is ${MEANINGS[strategy]} for ${functionName}. ${next}`, price];
}
