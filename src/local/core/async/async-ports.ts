import type { FunctionDirectory } from '../function-directory.js';
import type { Dispatcher } from '../invocation.js';
import type { Clock } from '../ports.js';
import type { AsyncCondition, AsyncEvent, AsyncEventLog } from './async-event.js';
import type { DeadLetterAttributes } from './invocation-record.js';
import type { RetrySettings } from './retry-rules.js';

/** What the control plane knows about the asynchronous side of one function version or alias. */
export interface AsyncSettings extends RetrySettings {
  /** ARN of DestinationConfig.OnSuccess. */
  readonly onSuccess?: string;
  /** ARN of DestinationConfig.OnFailure. */
  readonly onFailure?: string;
  /** DeadLetterConfig.TargetArn of the version; that of `$LATEST` when the version has none. */
  readonly deadLetterTarget?: string;
  /** PutFunctionRecursionConfig said Allow: a function that starts itself again and again is not stopped. */
  readonly allowsRecursion?: boolean;
}

/** The event invoke configs and dead-letter configs; implemented by the control plane. */
export interface AsyncSettingsSource {
  /** `qualifier` as the caller gave it: the config belongs to function, version or alias. */
  asyncSettings(functionName: string, qualifier: string | undefined, region: string): AsyncSettings;
}

/** What a destination needs beside the record itself. */
export interface DestinationMessage {
  readonly event: AsyncEvent;
  readonly condition: AsyncCondition;
  /** The invocation record, JSON text. */
  readonly record: string;
}

/** Brings records and dead letters to their target; implemented by local/neighbours. Rejects when the target refuses. */
export interface DestinationDelivery {
  deliverRecord(targetArn: string, message: DestinationMessage, signal: AbortSignal): Promise<void>;
  deliverDeadLetter(
    targetArn: string,
    event: AsyncEvent,
    attributes: DeadLetterAttributes,
    signal: AbortSignal,
  ): Promise<void>;
}

/** What happens in the queue, for logs, the console and tests. */
export type AsyncNotice =
  | { readonly type: 'queued' | 'attempt'; readonly event: AsyncEvent }
  | {
      readonly type: 'waiting';
      readonly event: AsyncEvent;
      readonly cause: 'function-error' | 'throttled' | 'system-error';
      /** As Lambda would wait; the real wait is shorter by the time scale. */
      readonly delaySeconds: number;
    }
  | { readonly type: 'ended'; readonly event: AsyncEvent; readonly condition: AsyncCondition }
  | { readonly type: 'dropped' | 'log-failed'; readonly event: AsyncEvent; readonly reason: string }
  | {
      readonly type: 'delivered' | 'delivery-failed';
      readonly event: AsyncEvent;
      readonly targetArn: string;
      readonly reason?: string;
    };

export interface AsyncQueueDeps {
  readonly clock: Clock;
  readonly log: AsyncEventLog;
  readonly directory: FunctionDirectory;
  readonly settings: AsyncSettingsSource;
  readonly dispatcher: Pick<Dispatcher, 'invoke'>;
  readonly delivery: DestinationDelivery;
  /** How much faster than in Lambda waits and ages run. Default 1. */
  readonly timeScale?: number;
  /** Environments that one function may use for queued events at once. Default 10, so that a full queue does not bury a laptop. */
  readonly concurrencyPerFunction?: number;
  readonly onNotice?: (notice: AsyncNotice) => void;
}
