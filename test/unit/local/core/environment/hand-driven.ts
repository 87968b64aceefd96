import { randomUUID } from 'node:crypto';
import { createDispatcher, type DispatcherSettings } from '../../../../../src/local/core/dispatcher.js';
import type { EnvironmentApi } from '../../../../../src/local/core/environment-api.js';
import type { ConcurrencyLimits } from '../../../../../src/local/core/invocation.js';
import type { PlatformEvent } from '../../../../../src/local/core/platform-event.js';
import {
  type LaunchedProcess,
  LaunchFailure,
  type ProcessEvents,
  type ProcessExit,
} from '../../../../../src/local/core/ports.js';
import { createRequest, type InvocationOverrides } from '../../../../service/lifecycle-service.js';
import { FakeClock, settle } from './fake-clock.js';

/** A process that does nothing by itself: the test plays its part. */
export interface HandDrivenProcess {
  /** Undefined for the runtime. */
  readonly extensionName: string | undefined;
  readonly events: ProcessEvents;
  exit(exit?: Partial<ProcessExit>): Promise<void>;
}

export interface HandDrivenOptions {
  readonly settings?: Partial<DispatcherSettings>;
  /** This one cannot be started. */
  readonly brokenExtension?: string;
  readonly extensionNames?: readonly string[];
  /** What the processes took; 0 when they were gone before anybody looked. Default: 10.5 MB. */
  readonly maxMemoryBytes?: number;
  /** Processes end by themselves at SIGTERM. Default: they end at SIGKILL only. */
  readonly endsAtSigterm?: boolean;
}

/** A dispatcher under a clock of its own, whose processes are played by the test through the environment's API. */
export function createHandDriven(options: HandDrivenOptions = {}) {
  const clock = new FakeClock();
  const processes: HandDrivenProcess[] = [];
  const environments: EnvironmentApi[] = [];
  const events: PlatformEvent[] = [];
  const hostCalls: string[] = [];
  const signals: string[] = [];
  const atSettling: (() => void)[] = [];
  const start = (extensionName: string | undefined, processEvents: ProcessEvents): LaunchedProcess => {
    let isRunning = true;
    const entry: HandDrivenProcess = {
      extensionName,
      events: processEvents,
      async exit(exit = { exitCode: 0 }) {
        if (!isRunning) return;
        isRunning = false;
        processEvents.onExit({ exitCode: undefined, signal: undefined, isOutOfMemory: false, ...exit });
        await settle();
      },
    };
    processes.push(entry);
    return {
      pid: processes.length,
      signal(signal) {
        signals.push(`${clock.monotonic()} ${extensionName ?? 'runtime'} ${signal}`);
        if (signal === 'SIGKILL' || options.endsAtSigterm === true) void entry.exit({ signal });
      },
    };
  };
  const dispatcher = createDispatcher({
    clock,
    launcher: {
      open: async () => ({
        extensionNames: options.extensionNames ?? [],
        notes: [],
        startRuntime: async (processEvents) => start(undefined, processEvents),
        startExtension: async (name, processEvents) => {
          if (name === options.brokenExtension) throw new LaunchFailure('Extension.LaunchError', 'permission denied');
          return start(name, processEvents);
        },
        freeze: () => hostCalls.push('freeze'),
        thaw: () => hostCalls.push('thaw'),
        maxMemoryBytes: async () => options.maxMemoryBytes ?? 10.5 * 1024 * 1024,
        dispose: async () => void hostCalls.push('dispose'),
      }),
    },
    openListener: async (environment) => {
      environments.push(environment);
      return { address: '127.0.0.1:1', close: async () => void hostCalls.push('close') };
    },
    sink: (_source, { event }) => events.push(event),
    newId: randomUUID,
    settleOutput: async () => {
      const act = atSettling.shift();
      act?.();
    },
    ...(options.settings !== undefined && { settings: options.settings }),
  });
  const limits: ConcurrencyLimits = { unreserved: 100 };
  return {
    clock,
    dispatcher,
    processes,
    events,
    hostCalls,
    /** What happens while the dispatcher waits for output, once for each entry. */
    atSettling,
    /** `<monotonic ms> <process> <signal>` in the order in which they were sent. */
    signals,
    types: () => events.map(({ type }) => type),
    /** The newest environment as its processes see it. */
    api: () => environments.at(-1)!,
    runtime: () => processes.findLast(({ extensionName }) => extensionName === undefined)!,
    extension: (name: string) => processes.findLast(({ extensionName }) => extensionName === name)!,
    start: (overrides: InvocationOverrides = {}) => dispatcher.invoke(createRequest({}, overrides), limits),
    stream: (overrides: InvocationOverrides = {}) => dispatcher.invokeStreaming(createRequest({}, overrides), limits),
    /** The runtime asks for its next event; returns the request id as soon as there is one. */
    next: () => {
      const event = environments.at(-1)!.runtime.next(new AbortController().signal);
      event.catch(() => undefined);
      return event;
    },
    /** Disposes while time goes on. */
    async dispose() {
      const disposed = dispatcher.dispose();
      await clock.advance(10_000);
      await disposed;
    },
  };
}

export type HandDriven = ReturnType<typeof createHandDriven>;
