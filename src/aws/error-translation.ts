import { isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import { readAwsError } from './error-facts.js';
import type { FailedCall } from './failed-call.js';
import { identityTrouble } from './identity-trouble.js';
import { attemptsOf } from './send-with-retries.js';
import { serviceRefusal } from './service-refusal.js';
import { localTrouble, networkTrouble } from './unanswered-call.js';

/**
 * Our error for what an AWS client threw: what was refused, by the service's own words, and the next
 * step. An abort gives the signal's own reason.
 */
export function translateAwsError(error: unknown, call: FailedCall): unknown {
  if (call.signal.aborted) return call.signal.reason;
  if (isLambdakitError(error)) return error;
  const facts = readAwsError(error);
  if (facts === undefined) return error;
  const { code, message, hint } =
    localTrouble(facts, call) ??
    networkTrouble(facts, call, attemptsOf(error)) ??
    identityTrouble(facts, call) ??
    serviceRefusal(facts, call);
  return new LambdakitError(code, message, {
    ...(hint !== undefined && { hint }),
    details: {
      service: call.service.toLowerCase(),
      operation: call.operation,
      awsCode: facts.name,
      ...(facts.status !== undefined && { status: facts.status }),
      ...(facts.requestId !== undefined && { requestId: facts.requestId }),
    },
    cause: error,
  });
}
