import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { LIMITS } from '../lambda/limits.js';
import { systemClock } from '../system/clock.js';
import { invalidParameter } from './core/catalog/api-error.js';
import type { FunctionDirectory } from './core/function-directory.js';
import type { Dispatcher } from './core/invocation.js';
import type { TraceSampling } from './core/trace-sampling.js';
import type { EventSourceNotice } from './event-sources/event-source-ports.js';
import { createEventSourceRunner } from './event-sources/event-source-runner.js';
import { createFileCheckpoints } from './event-sources/file-checkpoints.js';
import { createFileStreamSource } from './event-sources/file-stream-source.js';
import { MAX_QUEUE_CONCURRENCY } from './event-sources/poller-scale.js';
import { createScheduler, type Schedule } from './event-sources/scheduler.js';
import { streamFileOf } from './event-sources/stream-file.js';
import type { ApiServices } from './lambda-api/services.js';
import type { Neighbours } from './neighbours/start-neighbours.js';
import type { InvokeFunctionAsync } from './neighbours/target-sender.js';
import { recordKey } from './store/state-directory.js';

export interface EventSourcesOptions {
  readonly stateFolder: string;
  readonly state: ApiServices['state'];
  readonly directory: FunctionDirectory;
  readonly dispatcher: Dispatcher;
  readonly neighbours: Neighbours;
  readonly invokeFunction: InvokeFunctionAsync;
  readonly isTraceSampled: TraceSampling;
  readonly schedules: readonly Schedule[];
  readonly onNotice?: (notice: EventSourceNotice) => void;
}

/** The pollers and what the handlers of event source mappings ask them. */
export interface EventSources
  extends Pick<ApiServices, 'checkEventSource' | 'processingResultOf' | 'onEventSourceMappingsChanged'> {
  /** Call it before the dispatcher is disposed. */
  dispose(): Promise<void>;
}

/**
 * Starts the schedules and a poller for every enabled mapping. Queues are those of the neighbours; the records of a Kinesis
 * stream or a DynamoDB table are the lines of `streams/<kinesis or dynamodb>/<name>.jsonl` in the state folder.
 */
export function openEventSources(options: EventSourcesOptions): EventSources {
  const { stateFolder, state, directory, dispatcher, neighbours, isTraceSampled } = options;
  const results = new Map<string, string>();
  const runner = createEventSourceRunner({
    clock: systemClock,
    directory,
    dispatcher,
    queues: neighbours.queues,
    openStream: (arn) => openStream(stateFolder, arn),
    checkpoints: createFileCheckpoints(path.join(stateFolder, 'stream-checkpoints.json')),
    sendFailure: (message) => neighbours.send(message),
    newId: randomUUID,
    queueConcurrency: queueConcurrency(os.totalmem()),
    isTraceSampled,
    allowsRecursion: (functionName, region) =>
      state.functions.get(recordKey(region, functionName))?.recursiveLoop === 'Allow',
    onNotice(notice) {
      if (notice.type === 'batch-succeeded') results.set(notice.uuid, 'OK');
      else if (notice.type === 'batch-failed') results.set(notice.uuid, 'PROBLEM: Function call failed');
      options.onNotice?.(notice);
    },
  });
  const scheduler = createScheduler({
    clock: systemClock,
    invokeFunction: options.invokeFunction,
    newId: randomUUID,
    onFailure: ({ name }, error) => {
      options.onNotice?.({ uuid: name, type: 'source-failed', recordCount: 0, reason: String(error) });
    },
  });
  scheduler.set(options.schedules);
  const sync = () => runner.sync(state.eventSourceMappings.values());
  sync();
  return {
    checkEventSource: (_region, settings, timeoutSeconds) => checkQueue(neighbours, settings, timeoutSeconds),
    processingResultOf: (uuid) => results.get(uuid),
    onEventSourceMappingsChanged: sync,
    dispose() {
      scheduler.dispose();
      return runner.dispose();
    },
  };
}

/** A full queue must not bury a machine: it runs no more batches than functions of the smallest size have room. */
function queueConcurrency(memoryBytes: number): number {
  const places = Math.floor(memoryBytes / (LIMITS.memorySizeMb.min * 1024 * 1024));
  return Math.min(places, MAX_QUEUE_CONCURRENCY);
}

/** A stream's file may appear later, so only queues are looked at. */
async function checkQueue(
  neighbours: Neighbours,
  settings: Readonly<Record<string, unknown>>,
  timeoutSeconds: number,
): Promise<void> {
  const arn = typeof settings.EventSourceArn === 'string' ? settings.EventSourceArn : '';
  if (arn.split(':')[2] !== 'sqs') return;
  const visibilitySeconds = await neighbours.queues.visibilityTimeoutSeconds(arn).catch(() => {
    throw invalidParameter(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  });
  if (visibilitySeconds < timeoutSeconds) {
    throw invalidParameter(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
  }
}

function openStream(stateFolder: string, arn: string) {
  const stream = streamFileOf(stateFolder, arn);
  return stream === undefined ? undefined : createFileStreamSource({ ...stream, now: systemClock.now });
}
