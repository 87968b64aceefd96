import type { Change } from './change.js';

/** The calls of the Lambda API by which companions are changed. */
export type CompanionCall =
  | 'tagResource'
  | 'untagResource'
  | 'putFunctionConcurrency'
  | 'putFunctionCodeSigningConfig'
  | 'putRuntimeManagementConfig'
  | 'putFunctionRecursionConfig'
  | 'putFunctionEventInvokeConfig'
  | 'updateFunctionEventInvokeConfig'
  | 'createFunctionUrlConfig'
  | 'updateFunctionUrlConfig'
  | 'addPermission'
  | 'removePermission'
  | 'createEventSourceMapping'
  | 'updateEventSourceMapping'
  | 'deleteEventSourceMapping'
  | 'putProvisionedConcurrencyConfig';

/** One change of something beside the function: exactly one call, whose request is settled in the plan. */
export interface CompanionStep {
  readonly step: 'companion';
  /** `tags`, `permission AllowBucket`, `event source arn:aws:sqs:…`. */
  readonly subject: string;
  readonly changes: readonly Change[];
  readonly call: CompanionCall;
  readonly request: object;
}
