import type { EnvironmentApi } from '../environment-api.js';
import type { PlatformEventSink } from '../platform-event-sink.js';
import type { Clock, EnvironmentLauncher, EnvironmentListener } from '../ports.js';

export interface EnvironmentSettings {
  /** Limit of the init phase on demand, in milliseconds. */
  readonly initTimeoutMs: number;
  /** Freezes the processes of an environment that was idle for so long; undefined leaves them running. */
  readonly freezeAfterIdleMs: number | undefined;
  /** Milliseconds for which a debugger has held the processes of an environment so far; deadlines stand still meanwhile. */
  readonly debuggerPausedMs?: (environmentId: string) => number;
  /** Also writes the lines that Lambda wrote for timeouts and crashes until 2025. */
  readonly hasLegacyLogLines?: boolean;
}

/** What an execution environment needs of the world. */
export interface EnvironmentDeps {
  readonly clock: Clock;
  readonly launcher: EnvironmentLauncher;
  openListener(environment: EnvironmentApi): Promise<EnvironmentListener>;
  readonly sink: PlatformEventSink;
  newId(): string;
  /** Waits until output that the processes had written before now has been read. */
  settleOutput(): Promise<void>;
  readonly settings: EnvironmentSettings;
}
