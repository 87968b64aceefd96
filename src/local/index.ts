import type { InvocationCompletion } from './core/invocation.js';
import type { FeedOptions } from './feed-event-source.js';
import type { IsolationFacts, MemoryControlFacts, RuntimeProgram } from './inspect-machine.js';
import type { InvokeOnceOptions } from './invoke-once.js';
import type { LocalService, LocalServiceOptions } from './local-service-options.js';
import type { RunningService } from './running-service.js';

export type { AsyncNotice } from './core/async/async-ports.js';
export type { InvocationCompletion, InvocationOutcome, InvocationReport } from './core/invocation.js';
export type { EnvironmentIdentity, PlatformEvent, TimedPlatformEvent } from './core/platform-event.js';
export type { PlatformEventSink } from './core/platform-event-sink.js';
export type { FeedOptions } from './feed-event-source.js';
export type { IsolationFacts, MemoryControlFacts, RuntimeProgram } from './inspect-machine.js';
export type { InvokeOnceOptions } from './invoke-once.js';
export type { LocalService, LocalServiceOptions } from './local-service-options.js';
export type { RunningService } from './running-service.js';

/**
 * Starts the local Lambda service on a state folder. Loaded when first called, as is everything of this
 * room: a command that runs one function must not pay for the API.
 * @throws LambdakitError `state-locked`, `state-damaged`, `port-taken`, `permission-denied`
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const room = await import('./start-local-service.js');
  return room.startLocalService(options);
}

/**
 * Puts records into an event source of the local service. @throws LambdakitError `invalid-input`, `not-found`
 */
export async function feedEventSource(options: FeedOptions): Promise<void> {
  const room = await import('./feed-event-source.js');
  return room.feedEventSource(options);
}

/** Begins what an invocation by `invokeOnce` needs whatever the function is. Resolves when it is under way. */
export async function prepareInvocation(): Promise<void> {
  const room = await import('./early-namespace.js');
  await room.startEarlyNamespace();
}

/** Unpacks an archive into a new folder, which appears whole or not at all; unsafe names and links are refused. */
export async function unpackZip(file: string, folder: string): Promise<void> {
  const room = await import('./unpack-zip.js');
  return room.unpackZip(file, folder);
}

/** What would run the functions of a runtime on this machine. */
export async function inspectRuntime(runtime: string): Promise<RuntimeProgram> {
  const room = await import('./inspect-machine.js');
  return room.inspectRuntime(runtime);
}

/** How functions can be kept apart on this machine, by trying. */
export async function inspectIsolation(): Promise<IsolationFacts> {
  const room = await import('./inspect-machine.js');
  return room.inspectIsolation();
}

/** How the memory of functions can be limited on this machine, by trying. */
export async function inspectMemoryControl(): Promise<MemoryControlFacts> {
  const room = await import('./inspect-machine.js');
  return room.inspectMemoryControl();
}

/** Where the service that holds a state folder listens; undefined when none runs. */
export async function findRunningService(stateFolder: string): Promise<RunningService | undefined> {
  const room = await import('./running-service.js');
  return room.findRunningService(stateFolder);
}

/**
 * Runs a function once from a folder, without REST API or state, and leaves nothing behind. An error
 * of the function is part of the result. @throws the signal's reason when it aborts
 */
export async function invokeOnce(options: InvokeOnceOptions): Promise<InvocationCompletion> {
  const room = await import('./invoke-once.js');
  return room.invokeOnce(options);
}
