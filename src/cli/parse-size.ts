import { LambdakitError } from '../errors/lambdakit-error.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 };

/** Reads `10MB`, `512 KB` or a number of bytes; 1 KB is 1,024 bytes, as Lambda counts. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)?$/i.exec(text.trim());
  if (match !== null) return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? 1));
  throw new LambdakitError('usage', `"${text}" is no size.`, {
    hint: 'Write it as 10MB, 512KB, or a number of bytes.',
  });
}
