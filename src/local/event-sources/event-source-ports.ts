import type { EventSourceMappingRecord } from '../core/catalog/records.js';
import type { RecordFilter } from '../core/event-filter/record-filter.js';
import type { FunctionDirectory } from '../core/function-directory.js';
import type { Dispatcher } from '../core/invocation.js';
import type { Clock } from '../core/ports.js';
import type { TraceSampling } from '../core/trace-sampling.js';
import type { MappingSettings } from './mapping-settings.js';
import type { StreamSource } from './stream-source.js';

/** One message as ReceiveMessage gives it, all attributes included. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<
    Record<string, { readonly dataType: string; readonly stringValue?: string; readonly binaryValue?: string }>
  >;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
}

/** The calls of SQS that a poller makes; implemented by local/neighbours. */
export interface QueueDoor {
  /** Rejects when the queue does not exist. */
  visibilityTimeoutSeconds(queueArn: string): Promise<number>;
  receive(request: {
    readonly queueArn: string;
    /** 1 to 10. */
    readonly maxMessages: number;
    readonly waitSeconds: number;
    readonly visibilityTimeoutSeconds?: number;
  }): Promise<readonly QueueMessage[]>;
  delete(queueArn: string, receiptHandles: readonly string[]): Promise<void>;
  /** Makes messages visible again at once. */
  release(queueArn: string, receiptHandles: readonly string[]): Promise<void>;
}

/** How far each shard has been read; outlives a restart. */
export interface CheckpointStore {
  load(mappingId: string, shardId: string): Promise<string | undefined>;
  save(mappingId: string, shardId: string, sequenceNumber: string): Promise<void>;
}

/** What a mapping did, for its LastProcessingResult, logs, the console and tests. */
export interface EventSourceNotice {
  /** Of the mapping; the name of a schedule. */
  readonly uuid: string;
  readonly type:
    | 'batch-succeeded'
    | 'batch-failed'
    | 'batch-refused'
    | 'records-dropped'
    | 'records-discarded'
    | 'source-failed';
  readonly recordCount: number;
  readonly reason?: string;
}

export interface EventSourceDeps {
  readonly clock: Clock;
  readonly directory: FunctionDirectory;
  readonly dispatcher: Pick<Dispatcher, 'invoke'>;
  readonly queues: QueueDoor;
  /** The records behind a Kinesis or DynamoDB stream ARN; undefined when there is no such stream here. */
  readonly openStream: (streamArn: string) => StreamSource | undefined;
  readonly checkpoints: CheckpointStore;
  /** Brings the record of a discarded batch to its on-failure destination. */
  readonly sendFailure: (message: {
    readonly targetArn: string;
    readonly body: string;
    readonly objectKey: string;
  }) => Promise<void>;
  readonly newId: () => string;
  /** Batches of one queue that may run at once where the mapping sets no MaximumConcurrency. Default 1,250, as in Lambda. */
  readonly queueConcurrency?: number;
  /** Whether a function may start itself without end. Default: none may. */
  readonly allowsRecursion?: (functionName: string, region: string) => boolean;
  /** Whether a run is traced of which the records do not say it. Default: none is. */
  readonly isTraceSampled?: TraceSampling;
  readonly onNotice?: (notice: EventSourceNotice) => void;
}

/** What a poller works with. */
export interface PollerOptions {
  readonly mapping: EventSourceMappingRecord;
  readonly settings: MappingSettings;
  readonly filter: RecordFilter;
  readonly deps: EventSourceDeps;
}

/** A poller of one mapping. */
export interface EventPoller {
  /** Takes no more records; what is running may finish. */
  dispose(): Promise<void>;
}

export type { EventSourceMappingRecord };
