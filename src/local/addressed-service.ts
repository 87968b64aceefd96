import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ApiError } from './core/catalog/api-error.js';

/** CloudWatch Logs shares the port; what is not signed says by its target what it is for. */
export function isForLogs(request: IncomingMessage, service: string): boolean {
  return service === 'logs' || String(request.headers['x-amz-target'] ?? '').startsWith('Logs_20140328.');
}

/** What is signed for another service, or names another, is none of the hot path. */
export function isForLambda({
  authorization = '/lambda/aws4_request',
  'x-amz-target': target,
}: IncomingHttpHeaders): boolean {
  return target === undefined && authorization.includes('/lambda/aws4_request');
}

/** Signing names of the neighbours: somebody who points all of AWS at this endpoint (AWS_ENDPOINT_URL) finds them, too. */
export const NEIGHBOURS: ReadonlySet<string> = new Set(['s3', 'sqs', 'sns']);

/** Nor is there any other service: the answer should say so. */
export function notForUs(service: string): ApiError {
  return new ApiError(
    'UnknownOperationException',
    404,
    `This is the local Lambda service, with CloudWatch Logs, S3, SQS and SNS beside it, and the request is signed for ${JSON.stringify(service)}. Give that service another endpoint.`,
  );
}
