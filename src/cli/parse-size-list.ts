import { LambdakitError } from '../errors/lambdakit-error.js';

/** Reads `128,512,1024`. @throws LambdakitError `usage` */
export function parseSizeList(text: string | undefined): readonly number[] | undefined {
  return text?.split(',').map((part) => {
    if (/^\d+$/.test(part.trim())) return Number(part);
    throw new LambdakitError('usage', `"${part}" is no memory size.`, { hint: 'Write --sizes 128,512,1024.' });
  });
}
