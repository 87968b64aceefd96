import {
  type AsyncCondition,
  type AsyncEvent,
  type AsyncProgress,
  type AttemptResult,
  qualifiedFunctionArn,
} from './async-event.js';

/**
 * The record of an asynchronous invocation as destinations receive it (Lambda developer guide,
 * "Invocation record"). JSON text: the event and the result go in as they are, so that no number loses a digit.
 */
export function invocationRecord(event: AsyncEvent, condition: AsyncCondition, nowMs: number): string {
  const { attempts, lastResult } = toldProgress(event, condition);
  const members = [
    '"version":"1.0"',
    `"timestamp":"${new Date(nowMs).toISOString()}"`,
    `"requestContext":${JSON.stringify({
      requestId: event.requestId,
      functionArn: qualifiedFunctionArn(event),
      condition,
      approximateInvokeCount: attempts,
    })}`,
    `"requestPayload":${asJsonText(event.payload)}`,
  ];
  if (lastResult !== undefined) {
    members.push(
      `"responseContext":${JSON.stringify({
        statusCode: 200,
        executedVersion: lastResult.executedVersion,
        ...(lastResult.functionError !== undefined && { functionError: lastResult.functionError }),
      })}`,
      `"responsePayload":${asJsonText(lastResult.payload)}`,
    );
  }
  return `{${members.join(',')}}`;
}

/** The end by a reservation of zero tells of no attempt (recorded from AWS), whatever ran before the reservation. */
function toldProgress(
  { progress }: AsyncEvent,
  condition: AsyncCondition,
): Pick<AsyncProgress, 'attempts' | 'lastResult'> {
  return condition === 'ZeroReservedConcurrency' ? { attempts: 0 } : progress;
}

/** The message attributes of a dead letter (Lambda developer guide, "Dead-letter queues"). */
export interface DeadLetterAttributes {
  readonly RequestID: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** The first 1 KB of the error message is all that a dead letter carries (same page). */
const MAX_ERROR_MESSAGE_BYTES = 1024;

export function deadLetterAttributes(event: AsyncEvent, condition: AsyncCondition): DeadLetterAttributes {
  const { lastResult } = toldProgress(event, condition);
  return {
    RequestID: event.requestId,
    ErrorCode: lastResult === undefined ? '429' : '200',
    ErrorMessage: lastResult === undefined ? 'Rate Exceeded.' : cutText(errorMessageOf(lastResult)),
  };
}

function errorMessageOf(result: AttemptResult): string {
  const text = decode(result.payload);
  const value = parse(text);
  const message =
    typeof value === 'object' && value !== null && 'errorMessage' in value ? value.errorMessage : undefined;
  return typeof message === 'string' && message !== '' ? message : text;
}

/** Cuts at a character boundary. */
function cutText(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_ERROR_MESSAGE_BYTES) return text;
  let end = MAX_ERROR_MESSAGE_BYTES;
  while (end > 0 && (bytes[end] ?? 0) >> 6 === 0b10) end -= 1;
  return bytes.subarray(0, end).toString();
}

function asJsonText(payload: Uint8Array): string {
  const text = decode(payload);
  if (text.trim() === '') return 'null';
  return parse(text) === undefined ? JSON.stringify(text) : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decode(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}
