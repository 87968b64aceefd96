import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createReadStream } from '../system/files.js';

/** Base64 SHA-256 of a file, as Lambda's CodeSha256. */
export async function hashFile(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { ...(signal !== undefined && { signal }) });
  return hash.digest('base64');
}
