import type { InvocationReport } from '../../../../../src/local/core/invocation.js';
import type {
  EnvironmentIdentity,
  PlatformEvent,
  TimedPlatformEvent,
} from '../../../../../src/local/core/platform-event.js';

export const REQUEST_ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
export const TRACE_HEADER = 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1';
export const RUNTIME_VERSION_ARN = `arn:aws:lambda:us-east-1::runtime:${'0123456789abcdef'.repeat(4)}`;
/** 2026-01-02T03:04:05.678Z */
export const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const identity: EnvironmentIdentity = {
  environmentId: '22be53a8cfde4e68b844f8ec293b2543',
  functionName: 'fn',
  version: '$LATEST',
  functionArn: 'arn:aws:lambda:us-east-1:111111111111:function:fn',
  logGroup: '/aws/lambda/fn',
  logStream: '2026/01/02/[$LATEST]22be53a8cfde4e68b844f8ec293b2543',
};

export function at(event: PlatformEvent, time: number = TIME): TimedPlatformEvent {
  return { time, event };
}

export function reportEvent(
  report: Partial<InvocationReport> = {},
  more: Partial<Extract<PlatformEvent, { type: 'platform.report' }>> = {},
): TimedPlatformEvent {
  return at({
    type: 'platform.report',
    requestId: REQUEST_ID,
    report: {
      durationMs: 1.234,
      billedDurationMs: 2,
      memorySizeMb: 128,
      maxMemoryUsedMb: 35,
      status: 'success',
      ...report,
    },
    spans: [],
    traceHeader: TRACE_HEADER.replace('Sampled=1', 'Sampled=0'),
    ...more,
  });
}
