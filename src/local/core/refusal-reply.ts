import { ApiRefusal } from './environment-api.js';

export interface RefusalReply {
  readonly status: number;
  readonly body: { readonly errorMessage: string; readonly errorType: string };
}

/** The reply to a refused call; anything but an ApiRefusal becomes the 500 of Lambda's own APIs. */
export function refusalReply(error: unknown): RefusalReply {
  if (error instanceof ApiRefusal) {
    return { status: error.status, body: { errorMessage: error.message, errorType: error.errorType } };
  }
  return { status: 500, body: { errorMessage: 'Internal Server Error', errorType: 'InternalServerError' } };
}
