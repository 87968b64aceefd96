import { LambdakitError } from '../../errors/lambdakit-error.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A moment as people write it: `90s`, `10m`, `2h`, `3d`, `1w` before now, a date or time (`2026-01-31`,
 * `2026-01-31T12:00:00Z`), or epoch seconds or milliseconds. Answers epoch milliseconds.
 * @throws LambdakitError `invalid-input`
 */
export function parseMoment(text: string, nowMs: number): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim()) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count !== undefined && unitMs !== undefined) return Math.floor(nowMs - Number(count) * unitMs);
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const parsed = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(parsed)) return parsed;
  throw new LambdakitError('invalid-input', `"${text}" is neither a span of time nor a moment.`, {
    hint: 'Write 90s, 10m, 2h, 3d or 1w for that long ago, or a time such as 2026-01-31T12:00:00Z.',
  });
}
