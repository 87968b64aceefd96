import { Flags } from '@oclif/core';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { GivenPrice } from '../lambda/pricing.js';

/** For regions whose list price is not known here, and for prices of one's own. */
export const priceFlag = {
  price: Flags.string({
    description: 'Price of a GB-second and of a request, instead of the list price of the region.',
    helpValue: 'GBSECOND,REQUEST',
  }),
};

/** Reads `0.0000166667,0.0000002`. @throws LambdakitError `usage` */
export function parsePrice(text: string | undefined): GivenPrice | undefined {
  if (text === undefined) return undefined;
  const [perGbSecond = Number.NaN, perRequest = Number.NaN, ...others] = text.split(',').map(readNumber);
  if (perGbSecond >= 0 && perRequest >= 0 && others.length === 0) return { perGbSecond, perRequest };
  throw new LambdakitError('usage', `"${text}" is no price.`, {
    hint: 'Write the price of a GB-second and that of a request, as on the pricing page: --price 0.0000166667,0.0000002',
  });
}

function readNumber(text: string): number {
  return /^\s*\d*\.?\d+(e-?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
