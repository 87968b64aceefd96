import type { ErrorCode } from '../errors/lambdakit-error.js';

/** The call that failed. */
export interface FailedCall {
  /** The service's name as people say it: `Lambda`, `S3`. */
  readonly service: string;
  readonly operation: string;
  readonly signal: AbortSignal;
  readonly endpoint?: string | undefined;
  /** Read for the name of the resource only. */
  readonly request?: object;
}

/** What people are told of it. */
export interface Translation {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}
