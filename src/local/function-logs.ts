import path from 'node:path';
import { systemClock } from '../system/clock.js';
import type { PlatformEventSink } from './core/platform-event-sink.js';
import { createFunctionLogWriter } from './logs-api/function-log-writer.js';
import { createLogsApi, type LogsApi } from './logs-api/logs-api.js';
import { type LogStore, openLogStore } from './store/log-store.js';

export interface FunctionLogsOptions {
  readonly stateFolder: string;
  readonly accountId: string;
  /** Receives the same events beside the logs. */
  readonly sink?: PlatformEventSink | undefined;
  readonly onBug?: ((error: unknown, operation: string) => void) | undefined;
}

/** The logs of all functions, and the API by which they are read. */
export interface FunctionLogs {
  readonly sink: PlatformEventSink;
  readonly api: LogsApi;
  /** Writes what still waits. */
  dispose(): Promise<void>;
}

/** The store is opened with the first event or request: a command that runs no function pays nothing. */
export function createFunctionLogs(options: FunctionLogsOptions): FunctionLogs {
  const { stateFolder, accountId, sink, onBug = () => undefined } = options;
  const { now } = systemClock;
  let opened: Promise<LogStore> | undefined;
  const store = (): Promise<LogStore> => {
    opened ??= openLogStore(path.join(stateFolder, 'logs'), { now });
    return opened;
  };
  const writer = createFunctionLogWriter({ store, onFailure: (error) => onBug(error, 'function logs') });
  const { flush } = writer;
  return {
    sink: (source, event, settings) => {
      writer.sink(source, event, settings);
      sink?.(source, event, settings);
    },
    api: createLogsApi({ store, accountId, now, flush, onBug }),
    dispose: async () => {
      await flush();
      await (await opened?.catch(() => undefined))?.flush();
    },
  };
}
