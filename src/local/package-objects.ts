import { invalidParameter } from './core/catalog/api-error.js';
import type { S3Object } from './lambda-api/services.js';

/**
 * Reads a deployment package from the local S3 over plain HTTP; that service takes any caller.
 * @throws ApiError in the words that CreateFunction has for a bucket or key that is missing
 */
export async function readPackageObject(endpoint: string, object: S3Object): Promise<Buffer> {
  const url = new URL(`${endpoint}/${object.bucket}/${object.key.split('/').map(encodeURIComponent).join('/')}`);
  if (object.version !== undefined) url.searchParams.set('versionId', object.version);
  const response = await fetch(url);
  if (response.ok) return Buffer.from(await response.arrayBuffer());
  const body = await response.text();
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? String(response.status);
  const text = MESSAGES[code] ?? /<Message>([^<]*)<\/Message>/.exec(body)?.[1] ?? 'The object cannot be read.';
  throw invalidParameter(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${text}`);
}

const MESSAGES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'The specified bucket does not exist',
  NoSuchKey: 'The specified key does not exist.',
};
