import { LambdakitError } from '../../errors/lambdakit-error.js';
import { LIMITS } from '../../lambda/limits.js';

export interface SizesRequest {
  /** In MB, in any order; then `min` and `max` say nothing. */
  readonly sizes?: readonly number[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Where functions commonly end up; a new account may have no more than 3,008 MB (developer guide, "Lambda quotas"). */
const USUAL_MB = [128, 256, 512, 1024, 1536, 2048, 3008] as const;
const LARGE_MB = [4096, 6144, 8192, 10_240] as const;

/** The memory sizes to compare, ascending. @throws LambdakitError `usage` */
export function tuningSizes({ sizes, min, max }: SizesRequest): readonly number[] {
  for (const size of [...(sizes ?? []), ...[min, max].filter((bound) => bound !== undefined)]) refuseImpossible(size);
  const from = min ?? LIMITS.memorySizeMb.min;
  const to = max ?? Math.max(3008, from);
  if (from > to) throw new LambdakitError('usage', `--min ${from} is more than --max ${to}.`);
  const bounds = [min, max].filter((bound) => bound !== undefined);
  const between = [...USUAL_MB, ...LARGE_MB].filter((size) => size >= from && size <= to);
  const chosen = [...new Set(sizes ?? [...bounds, ...between])].sort((a, b) => a - b);
  if (chosen.length > 1) return chosen;
  throw new LambdakitError('usage', `There is nothing to compare: ${chosen.join(', ')} MB is the only size.`, {
    hint: 'Name several with --sizes 128,512,1024, or a range with --min and --max.',
  });
}

function refuseImpossible(size: number): void {
  const { min, max } = LIMITS.memorySizeMb;
  if (Number.isInteger(size) && size >= min && size <= max) return;
  throw new LambdakitError('usage', `${size} MB is no memory size of Lambda.`, {
    hint: `It takes whole MB from ${min} to ${max}.`,
  });
}
