import { LambdakitError } from '../../errors/lambdakit-error.js';
import { type NextRun, parseCron } from './cron-expression.js';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2026-12-24T18:00:00)`, the schedules of EventBridge.
 * A rate counts from the moment at which it is asked.
 *
 * @throws LambdakitError `invalid-input`
 */
export function parseScheduleExpression(text: string): NextRun {
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text.trim()) ?? [];
  const next = kind === 'rate' ? parseRate(content) : kind === 'cron' ? parseCron(content) : parseAt(content);
  if (kind === undefined || next === undefined) {
    throw new LambdakitError('invalid-input', `${text} is no schedule expression`, {
      hint: 'Write rate(5 minutes), cron(0 12 * * ? *) or at(2026-12-24T18:00:00). Of the two day fields of cron one is ?.',
    });
  }
  return next;
}

/** One of something is singular, more are plural, as EventBridge demands. */
function parseRate(content: string): NextRun | undefined {
  const [, digits = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s)?$/.exec(content.trim()) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined || (Number(digits) === 1) !== (plural === undefined)) return undefined;
  return (afterMs) => afterMs + Number(digits) * unitMs;
}

function parseAt(content: string): NextRun | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) return undefined;
  const atMs = Date.parse(`${content}Z`);
  return Number.isNaN(atMs) ? undefined : (afterMs) => (atMs > afterMs ? atMs : undefined);
}
