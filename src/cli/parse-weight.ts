import { LambdakitError } from '../errors/lambdakit-error.js';

/** Reads `4=10%` or `4=0.1`: a version and its share of the traffic. */
export function parseWeight(text: string): { readonly version: string; readonly share: number } {
  const match = /^(\d+)=(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const [, version = '', amount = '', percent = ''] = match ?? [];
  const share = percent === '%' ? Number(amount) / 100 : Number(amount);
  if (match !== null && share >= 0 && share <= 1) return { version, share };
  throw new LambdakitError('usage', `"${text}" is no share of a version.`, {
    hint: 'Write VERSION=SHARE, for example 4=10% or 4=0.1.',
  });
}
