import { z } from 'zod';

// Written from the tables of the Lambda developer guide, "Lambda Telemetry API Event schema reference".

const status = z.enum(['success', 'failure', 'error', 'timeout']);
const initializationType = z.enum(['on-demand', 'provisioned-concurrency', 'snap-start']);
const phase = z.enum(['init', 'invoke', 'snap-start']);
const errorType = z.string().optional();
const time = z.iso.datetime({ precision: 3 });
const requestId = z.uuid();
const tracing = z
  .strictObject({
    spanId: z.string().optional(),
    type: z.literal('X-Amzn-Trace-Id'),
    value: z.string().regex(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/),
  })
  .optional();
const spans = z.array(z.strictObject({ name: z.string(), start: time, durationMs: z.number().min(0) })).optional();
const spansNamed = (...names: [string, ...string[]]) =>
  z.array(z.strictObject({ name: z.enum(names), start: time, durationMs: z.number().min(0) })).optional();
const environment = {
  functionName: z.string(),
  functionVersion: z.string(),
  runtimeVersion: z.string().optional(),
  runtimeVersionArn: z.string().optional(),
  instanceId: z.string().optional(),
  instanceMaxMemory: z.number().int().optional(),
};

const of = <T extends string, R extends z.ZodType>(type: T, record: R) =>
  z.strictObject({ time, type: z.literal(type), record });

/** One event in schema version 2022-12-13. */
export const telemetryEvent = z.discriminatedUnion('type', [
  of('platform.initStart', z.strictObject({ initializationType, phase, ...environment })),
  of('platform.initRuntimeDone', z.strictObject({ initializationType, phase, status, errorType, spans })),
  of(
    'platform.initReport',
    z.strictObject({
      initializationType,
      phase,
      status,
      errorType,
      metrics: z.strictObject({ durationMs: z.number() }),
      spans,
    }),
  ),
  of(
    'platform.start',
    z.strictObject({ requestId, version: z.string().optional(), functionArn: z.string().optional(), tracing }),
  ),
  of(
    'platform.runtimeDone',
    z.strictObject({
      requestId,
      status,
      errorType,
      metrics: z.strictObject({ durationMs: z.number(), producedBytes: z.number().int().optional() }),
      spans: spansNamed('responseLatency', 'responseDuration', 'runtimeOverhead'),
      tracing,
    }),
  ),
  of(
    'platform.report',
    z.strictObject({
      requestId,
      status,
      errorType,
      metrics: z.strictObject({
        durationMs: z.number(),
        billedDurationMs: z.number().int(),
        memorySizeMB: z.number().int(),
        maxMemoryUsedMB: z.number().int(),
        initDurationMs: z.number().optional(),
        restoreDurationMs: z.number().optional(),
      }),
      spans: spansNamed('extensionOverhead'),
      tracing,
    }),
  ),
  of('platform.restoreStart', z.strictObject(environment)),
  of('platform.restoreRuntimeDone', z.strictObject({ status, errorType, spans })),
  of(
    'platform.restoreReport',
    z.strictObject({ status, errorType, metrics: z.strictObject({ durationMs: z.number() }), spans }),
  ),
  of(
    'platform.extension',
    z.strictObject({ name: z.string(), state: z.string(), events: z.array(z.enum(['INVOKE', 'SHUTDOWN'])), errorType }),
  ),
  of(
    'platform.telemetrySubscription',
    z.strictObject({
      name: z.string(),
      state: z.literal('Subscribed'),
      types: z.array(z.enum(['platform', 'function', 'extension'])),
    }),
  ),
  of(
    'platform.logsDropped',
    z.strictObject({ reason: z.string(), droppedRecords: z.number().int(), droppedBytes: z.number().int() }),
  ),
  of('function', z.union([z.string(), z.record(z.string(), z.unknown())])),
  of('extension', z.union([z.string(), z.record(z.string(), z.unknown())])),
]);
