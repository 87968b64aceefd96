import type { ServerResponse } from 'node:http';
import type { ApiError } from '../core/catalog/api-error.js';

/** Writes an error in the API's own form, or gives the connection up when an answer has begun. */
export function writeError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(error.body);
  response.writeHead(error.status, {
    'content-type': 'application/json',
    'x-amzn-errortype': error.code,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
