import { expect } from 'vitest';
import { loadModel, schemaViolations } from '../response-schema.js';
import type { Boto3Answer, Members } from './boto3-client.js';
import type { Boto3Calls } from './use-boto3.js';

const model = loadModel();

/** Calls and expects success; the raw body must hold what AWS's model allows and nothing else. */
export async function ok(
  boto: Boto3Calls,
  call: string,
  params: Record<string, unknown> = {},
  status = 200,
): Promise<Members> {
  const answer = await boto.call(call, params);
  expect(answer.error, `${call}: ${answer.message}`).toBeUndefined();
  expect(answer.raw.status).toBe(status);
  expect(answer.raw.headers?.['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  const body = answer.raw.body;
  if (model !== undefined && body && answer.raw.headers?.['content-type'] === 'application/json' && call !== 'invoke') {
    expect(schemaViolations(model, operationName(call), JSON.parse(body))).toEqual([]);
  }
  return answer.result ?? {};
}

/** Calls and expects the error: status, code, message and, for the two spellings, the exact members of the body. */
export async function fails(
  boto: Boto3Calls,
  [call, params]: readonly [string, Record<string, unknown>],
  [status, code, message]: readonly [number, string, string | RegExp | null],
): Promise<Boto3Answer> {
  const answer = await boto.call(call, params);
  expect({ status: answer.raw.status, code: answer.error }).toEqual({ status, code });
  const body = JSON.parse(answer.raw.body ?? '{}') as Record<string, unknown>;
  const text = body.message ?? body.Message ?? null;
  if (message instanceof RegExp) expect(text).toMatch(message);
  else expect(text).toBe(message);
  expect(answer.raw.headers?.['x-amzn-errortype']).toBe(code);
  expect(Object.keys(body).sort()).toEqual(bodyMembers(code, String(text)));
  return answer;
}

/** Errors of typed classes that were recorded from AWS without a type. */
const WITHOUT_TYPE = [
  /^ ReservedConcurrentExecutions {2}\d+ should not be lower than function's total provisioned concurrency/,
  /^\$LATEST is not supported for an alias pointing to more than 1 version$/,
  /^Specified (Reserved)?ConcurrentExecutions for function /,
  /^The Lambda code signing configuration \S+ can not be found\.$/,
];

/** As recorded from AWS: the framework's errors have no Type, and some classes write `Message`. */
function bodyMembers(code: string, text: string): string[] {
  return membersOf(code).filter((member) => member !== 'Type' || !WITHOUT_TYPE.some((one) => one.test(text)));
}

function membersOf(code: string): string[] {
  if (code === 'ValidationException') return ['message'];
  if (['AccessDeniedException', 'RequestEntityTooLargeException'].includes(code)) return ['Message'];
  if (code === 'TooManyRequestsException') return ['Reason', 'Type', 'message'];
  if (
    ['ResourceNotFoundException', 'CodeSigningConfigNotFoundException', 'RecursiveInvocationException'].includes(code)
  ) {
    return ['Message', 'Type'];
  }
  return ['Type', 'message'];
}

function operationName(call: string): string {
  return call
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** One member of every item of a list. */
export function column(items: readonly Members[], name: string): unknown[] {
  return items.map((item) => item[name]);
}
