import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { LambdakitError } from '../errors/lambdakit-error.js';

/**
 * Fetches an address into a file. The address may be signed, so no message names more than its host.
 * @throws LambdakitError `unreachable`
 */
export async function downloadFile(url: string, file: string, signal: AbortSignal): Promise<void> {
  const { host } = new URL(url);
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new LambdakitError('unreachable', `${host} cannot be reached.`, { cause: error });
  });
  if (!response.ok || response.body === null) {
    throw new LambdakitError('unreachable', `${host} answered ${response.status} instead of the package.`);
  }
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file), { signal });
}
