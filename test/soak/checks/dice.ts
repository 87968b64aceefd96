import { createSeededRandom } from '../../../src/local/seeded-random.js';

/** Repeatable chance: the same seed throws the same numbers, so that a failure can be run again. */
export interface Dice {
  /** 0 inclusive to 1 exclusive. */
  roll(): number;
  /** A whole number from 0 below `end`. */
  below(end: number): number;
  pick<T>(from: readonly T[]): T;
}

export function createDice(seed: number): Dice {
  const roll = createSeededRandom(seed);
  const below = (end: number) => Math.floor(roll() * end);
  return { roll, below, pick: (from) => from[below(from.length)]! };
}

/** Flips, cuts, repeats and inserts bytes, a few at a time. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  let mutant = Buffer.from(bytes);
  for (let count = 1 + dice.below(4); count > 0; count -= 1) {
    const at = dice.below(mutant.length + 1);
    const kind = dice.below(6);
    if (kind < 3 && mutant.length > 0)
      mutant[Math.min(at, mutant.length - 1)] = dice.pick([0, 1, 0x7f, 0x80, 0xff, dice.below(256)]);
    else if (kind === 3) mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(at + 1 + dice.below(16))]);
    else if (kind === 4)
      mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(dice.below(at + 1), at), mutant.subarray(at)]);
    else mutant = Buffer.concat([mutant.subarray(0, at), Buffer.from([dice.below(256)]), mutant.subarray(at)]);
  }
  return mutant;
}
