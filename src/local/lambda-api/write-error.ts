import type { ServerResponse } from 'node:http';
import { type HttpReply, sendReply } from '../../system/http-exchange.js';
import type { ApiError } from '../core/catalog/api-error.js';

/** An error in the API's own form. */
export function errorReply(error: ApiError): HttpReply {
  const body = Buffer.from(JSON.stringify(error.body));
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code, 'content-length': body.length },
    body,
  };
}

/** Writes an error, or gives the connection up when an answer has begun. */
export function writeError(response: ServerResponse, error: ApiError): void {
  if (response.headersSent) response.destroy();
  else sendReply(response, errorReply(error));
}
