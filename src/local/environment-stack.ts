import { randomUUID } from 'node:crypto';
import { systemClock } from '../system/clock.js';
import { createDispatcher, type DispatcherSettings } from './core/dispatcher.js';
import type { EnvironmentApi } from './core/environment-api.js';
import type { Dispatcher } from './core/invocation.js';
import type { PlatformEventSink } from './core/platform-event.js';
import type { EnvironmentListener } from './core/ports.js';
import { createExtensionsRouter } from './extensions-api/extensions-router.js';
import { openEnvironmentListener } from './runtime-api/environment-listener.js';
import { createSupervisor, type SupervisorOptions } from './supervisor/supervisor.js';
import { createTelemetryApi } from './telemetry-api/telemetry-api.js';

export interface EnvironmentStackOptions {
  readonly supervisor: SupervisorOptions;
  readonly dispatcher?: Partial<DispatcherSettings>;
  /** Receives logs and platform events of all environments. */
  readonly sink: PlatformEventSink;
}

/** Everything between an invocation and a function's processes. */
export interface EnvironmentStack {
  readonly dispatcher: Dispatcher;
  /** The port for a debugger, when one was asked for. */
  readonly debugPort: number | undefined;
  /** Ends all environments, then all processes. Idempotent. */
  dispose(): Promise<void>;
}

/** Builds the dispatcher over real processes, each environment behind a listener of its own. */
export function createEnvironmentStack(options: EnvironmentStackOptions): EnvironmentStack {
  const supervisor = createSupervisor(options.supervisor);
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: supervisor,
    sink: options.sink,
    newId: randomUUID,
    openListener,
    settings: { debuggerPausedMs: (id) => supervisor.debuggerPausedMs(id), ...options.dispatcher },
  });
  return {
    dispatcher,
    get debugPort() {
      return supervisor.debugPort;
    },
    dispose: async () => {
      await dispatcher.dispose();
      await supervisor.dispose();
    },
  };
}

/** The Runtime, Extensions and Telemetry APIs of one environment on one port. */
async function openListener(environment: EnvironmentApi): Promise<EnvironmentListener> {
  const telemetry = createTelemetryApi({ source: environment.telemetry, clock: systemClock });
  const extensions = createExtensionsRouter(environment.extensions, { beforeShutdown: () => telemetry.flush() });
  const listener = await openEnvironmentListener(environment, [extensions, telemetry.router]);
  return {
    address: listener.address,
    close: async () => {
      telemetry.dispose();
      await listener.close();
    },
  };
}
