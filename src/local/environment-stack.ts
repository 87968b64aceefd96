import { createHmac, randomBytes } from 'node:crypto';
import { availableCores } from '../system/available-cores.js';
import { systemClock } from '../system/clock.js';
import { randomUuid } from '../system/random-uuid.js';
import { createDispatcher, type DispatcherSettings } from './core/dispatcher.js';
import type { EnvironmentApi } from './core/environment-api.js';
import type { Dispatcher } from './core/invocation.js';
import type { PlatformEventSink } from './core/platform-event-sink.js';
import type { EnvironmentListener } from './core/ports.js';
import { createExtensionsRouter } from './extensions-api/extensions-router.js';
import { createCredentialsRouter } from './runtime-api/credentials-router.js';
import { openEnvironmentListener } from './runtime-api/environment-listener.js';
import type { EnvironmentRouter } from './runtime-api/environment-router.js';
import { DUMMY_CREDENTIALS } from './supervisor/process-environment.js';
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
  let secret: Buffer | undefined;
  const credentialsToken = (environmentId: string): string => {
    secret ??= randomBytes(32);
    return createHmac('sha256', secret).update(environmentId).digest('base64url');
  };
  const supervisor = createSupervisor({ ...options.supervisor, credentialsToken });
  const credentials = options.supervisor.credentials ?? DUMMY_CREDENTIALS;
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: supervisor,
    sink: options.sink,
    newId: randomUuid,
    openListener: (environment) =>
      openListener(
        environment,
        createCredentialsRouter({
          token: () => credentialsToken(environment.identity.environmentId),
          read: () => ({ ...credentials, expiresAtMs: systemClock.now() + CREDENTIALS_LIFE_MS }),
        }),
      ),
    settings: {
      debuggerPausedMs: (id) => supervisor.debuggerPausedMs(id),
      startsAtOnce: Math.max(MIN_STARTS_AT_ONCE, availableCores()),
      ...options.dispatcher,
    },
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

/** With one for each core all starts together take as long as with two, and other answers come twice as fast. */
const MIN_STARTS_AT_ONCE = 2;

/** SDKs ask again some minutes before the end. */
const CREDENTIALS_LIFE_MS = 6 * 60 * 60_000;

/** The APIs of one environment on one port. */
async function openListener(environment: EnvironmentApi, credentials: EnvironmentRouter): Promise<EnvironmentListener> {
  const telemetry = createTelemetryApi({ source: environment.telemetry, clock: systemClock });
  const extensions = createExtensionsRouter(environment.extensions, { beforeShutdown: () => telemetry.flush() });
  const listener = await openEnvironmentListener(environment, [extensions, telemetry.router, credentials]);
  return {
    ...listener,
    close: async () => {
      telemetry.dispose();
      await listener.close();
    },
  };
}
