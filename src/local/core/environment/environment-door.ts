import { ApiRefusal, type EnvironmentApi } from '../environment-api.js';
import type { EnvironmentIdentity } from '../platform-event.js';
import type { EventStream } from './event-stream.js';
import type { Generation } from './generation.js';

export interface EnvironmentDoorOptions {
  readonly identity: EnvironmentIdentity;
  readonly logFormat: 'Text' | 'JSON';
  /** Only a SnapStart environment has the two calls for it. */
  readonly isRestorable: boolean;
  readonly stream: EventStream;
  /** The processes that run now; the door stays the same over all resets. */
  generation(): Generation | undefined;
}

/** What the HTTP rooms see of an environment: each call goes to the processes that run now. */
export function createEnvironmentDoor(options: EnvironmentDoorOptions): EnvironmentApi {
  const { identity, logFormat, stream } = options;
  const restorable = (): Generation => {
    if (!options.isRestorable) throw new ApiRefusal(404, 'NotFound', 'This environment has no restore phase');
    return running();
  };
  const running = (): Generation => {
    const generation = options.generation();
    // Only a process that outlived its reset can come here.
    if (generation === undefined) throw new ApiRefusal(500, 'InternalServerError', 'Internal Server Error');
    return generation;
  };
  return {
    identity,
    runtime: {
      next: (signal) => running().runtime.next(signal),
      beginResponse: (requestId) => running().runtime.beginResponse(requestId),
      completeResponse: (requestId, body, type) => running().runtime.completeResponse(requestId, body, type),
      streamResponse: (requestId, type) => running().runtime.streamResponse(requestId, type),
      refuseResponseMode: (requestId) => running().runtime.refuseResponseMode(requestId),
      invocationError: (requestId, error) => running().runtime.invocationError(requestId, error),
      initError: (error) => running().runtime.initError(error),
      restoreNext: (signal) => restorable().runtime.restoreNext(signal),
      restoreError: (error) => restorable().runtime.restoreError(error),
    },
    extensions: {
      register: (name, events) => running().extensions.register(name, events),
      next: (identifier, signal) => running().extensions.next(identifier, signal),
      initError: (identifier, error) => running().extensions.initError(identifier, error),
      exitError: (identifier, error) => running().extensions.exitError(identifier, error),
    },
    telemetry: {
      identity,
      logFormat,
      extensionName: (identifier) => running().extensions.identify(identifier).name,
      get isSubscriptionOpen() {
        return stream.isSubscriptionOpen;
      },
      subscribe: (listener) => stream.subscribe(listener),
      onShutdown: (listener) => stream.onShutdown(listener),
      emit: (event) => stream.emit(event),
    },
  };
}
