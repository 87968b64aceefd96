import type { AsyncEvent, AsyncEventLog } from '../../../../../src/local/core/async/async-event.js';
import type { AsyncNotice, AsyncQueueDeps, AsyncSettings } from '../../../../../src/local/core/async/async-ports.js';
import { createAsyncQueue } from '../../../../../src/local/core/async/async-queue.js';
import type { FunctionSnapshot } from '../../../../../src/local/core/function-snapshot.js';
import type { InvocationOutcome, InvocationRequest } from '../../../../../src/local/core/invocation.js';
import { createFakeClock } from './fake-clock.js';

export const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:orders';

export interface Delivered {
  readonly targetArn: string;
  readonly kind: 'record' | 'dead-letter';
  readonly body: string;
  readonly attributes?: unknown;
}

export interface WorldOptions {
  readonly settings?: Partial<AsyncSettings>;
  readonly reserved?: number;
  readonly recovered?: readonly AsyncEvent[];
  readonly deps?: Partial<AsyncQueueDeps>;
  /** What each run answers; throws what the dispatcher throws. */
  readonly run?: (request: InvocationRequest, run: number) => Partial<InvocationOutcome> | Promise<never>;
}

/** A queue with a fake behind every port. */
export function createAsyncWorld(options: WorldOptions = {}) {
  const clock = createFakeClock();
  const log = createMemoryLog(options.recovered ?? []);
  const runs: { readonly atMs: number; readonly request: InvocationRequest }[] = [];
  const delivered: Delivered[] = [];
  const notices: AsyncNotice[] = [];
  const world = { reserved: options.reserved, resolveError: undefined as unknown };
  const startMs = clock.now();
  const deps: AsyncQueueDeps = {
    clock,
    log,
    directory: {
      resolve: (functionName, qualifier) => {
        if (world.resolveError !== undefined) throw world.resolveError;
        return {
          snapshot: { functionName, version: qualifier ?? '$LATEST', functionArn: FUNCTION_ARN } as FunctionSnapshot,
          invokedFunctionArn: qualifier === undefined ? FUNCTION_ARN : `${FUNCTION_ARN}:${qualifier}`,
          limits: { unreserved: 1000, ...(world.reserved !== undefined && { reserved: world.reserved }) },
        };
      },
    },
    settings: {
      asyncSettings: () => ({ maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600, ...options.settings }),
    },
    dispatcher: {
      invoke: (request) => {
        runs.push({ atMs: clock.now() - startMs, request });
        const answer = options.run?.(request, runs.length) ?? {};
        const outcome = Promise.resolve(answer).then((partial) => ({
          requestId: request.requestId,
          executedVersion: request.snapshot.version,
          payload: Buffer.from('null'),
          ...partial,
        }));
        return { outcome, completion: new Promise(() => undefined) };
      },
    },
    delivery: {
      deliverRecord: async (targetArn, { record }) => {
        delivered.push({ targetArn, kind: 'record', body: record });
      },
      deliverDeadLetter: async (targetArn, event, attributes) => {
        delivered.push({ targetArn, kind: 'dead-letter', body: Buffer.from(event.payload).toString(), attributes });
      },
    },
    onNotice: (notice) => notices.push(notice),
    ...options.deps,
  };
  return { clock, log, runs, delivered, notices, world, queue: createAsyncQueue(deps) };
}

export function createMemoryLog(
  recovered: readonly AsyncEvent[],
): AsyncEventLog & { readonly events: Map<string, AsyncEvent> } {
  const events = new Map(recovered.map((event) => [event.requestId, event]));
  return {
    events,
    recovered,
    add: async (event) => void events.set(event.requestId, event),
    progress: async (requestId, progress) => {
      const event = events.get(requestId);
      if (event !== undefined) events.set(requestId, { ...event, progress });
    },
    remove: async (requestId) => void events.delete(requestId),
  };
}

/** An event as the Lambda API hands it over. */
export function eventRequest(id: string, payload = '{"order":1}', qualifier?: string) {
  return {
    requestId: id,
    functionName: 'orders',
    functionArn: FUNCTION_ARN,
    qualifier,
    region: 'eu-west-1',
    payload: Buffer.from(payload),
    traceHeader: 'Root=1-00000000-000000000000000000000000',
  };
}

export function functionError(message = 'boom'): Partial<InvocationOutcome> {
  return {
    functionError: 'Unhandled',
    payload: Buffer.from(JSON.stringify({ errorMessage: message, errorType: 'Error' })),
  };
}
