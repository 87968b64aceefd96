import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createReadStream, stat, systemErrorCode } from '../../system/files.js';
import type { CodeStore } from '../store/code-store.js';

/** Download addresses for packages, as S3's presigned URLs are for Lambda: whoever knows one may use it for ten minutes. */
export interface CodeLocations {
  locate(endpoint: string, sha256: string): string;
  /** True when the path is one of ours. */
  owns(pathname: string): boolean;
  serve(url: URL, response: ServerResponse): Promise<void>;
}

const PREFIX = '/_lambdakit/code/';
const LIFETIME_MS = 600_000;

export function createCodeLocations(code: CodeStore, now: () => number): CodeLocations {
  const secret = randomBytes(32);
  const sign = (name: string, expires: string) =>
    createHmac('sha256', secret).update(`${name}\n${expires}`).digest('hex');
  return {
    locate: (endpoint, sha256) => {
      const name = Buffer.from(sha256, 'base64').toString('hex');
      const expires = String(Math.floor(now() + LIFETIME_MS));
      return `${endpoint}${PREFIX}${name}.zip?Expires=${expires}&Signature=${sign(name, expires)}`;
    },
    owns: (pathname) => pathname.startsWith(PREFIX),
    serve: async (url, response) => {
      const name = url.pathname.slice(PREFIX.length).replace(/\.zip$/, '');
      const expires = url.searchParams.get('Expires') ?? '';
      const given = Buffer.from(url.searchParams.get('Signature') ?? '');
      const expected = Buffer.from(sign(name, expires));
      const isValid = given.length === expected.length && timingSafeEqual(given, expected) && Number(expires) >= now();
      if (!isValid) {
        response.writeHead(403, { 'content-type': 'text/plain' }).end('This address is not valid or has expired.\n');
        return;
      }
      await sendFile(code.zipOf(Buffer.from(name, 'hex').toString('base64')), response);
    },
  };
}

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  try {
    const { size } = await stat(file);
    response.writeHead(200, { 'content-type': 'application/zip', 'content-length': size });
  } catch (error) {
    const isGone = systemErrorCode(error) === 'ENOENT';
    const text = isGone ? 'This package is gone.' : `This package cannot be read: ${String(error)}`;
    response.writeHead(isGone ? 404 : 500, { 'content-type': 'text/plain' }).end(`${text}\n`);
    return;
  }
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}
