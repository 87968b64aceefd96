import type { FunctionSnapshot, InitializationType } from '../function-snapshot.js';
import type { InitPhase, PlatformEvent } from '../platform-event.js';
import type { Clock } from '../ports.js';
import type { EnvironmentSettings } from './environment-deps.js';
import { runtimeVersionText } from './environment-identity.js';
import type { Generation } from './generation.js';
import { type InvocationFailure, initTimeoutFailure } from './invocation-failure.js';

/** Lambda developer guide, "Lambda SnapStart runtime hooks": after-restore hooks have 10 seconds. */
const RESTORE_LIMIT_MS = 10_000;
/** Init ahead of time may take this long or the function's timeout, whichever is more (Lambda developer guide, "Init phase"). */
const PREPARED_LIMIT_MS = 130_000;

export interface InitPhaseOptions {
  readonly snapshot: FunctionSnapshot;
  readonly initializationType: InitializationType;
  readonly phase: InitPhase;
  readonly generation: Generation;
  readonly clock: Clock;
  emit(event: PlatformEvent): void;
  /** Settles with the first cause of failure: a process, an extension, or the time limit. */
  readonly failed: Promise<InvocationFailure>;
  /** Starts a time limit; the returned function cancels it. */
  startDeadline(limitMs: number, onExpired: () => void): () => void;
  /** Waits until output that was already written has arrived. */
  settleOutput(): Promise<void>;
}

export interface InitResult {
  /** Absent when the environment is ready. */
  readonly failure?: InvocationFailure;
  /** The snapshot could not be restored; the version itself is sound. */
  readonly isRestoreFailure?: boolean;
  readonly durationMs: number;
  readonly restoreDurationMs?: number;
}

/** How long the init of an environment may take, in milliseconds. */
export function initLimitMs(
  initializationType: InitializationType,
  timeoutSeconds: number,
  { initTimeoutMs }: Pick<EnvironmentSettings, 'initTimeoutMs'>,
): number {
  return initializationType === 'on-demand' ? initTimeoutMs : Math.max(PREPARED_LIMIT_MS, timeoutSeconds * 1000);
}

/**
 * The init phase: extensions register, the runtime starts and asks for its first event, every
 * extension asks for its first event. A snap-start environment is then restored, which the log shows
 * instead of the init (Lambda developer guide, "Lambda execution environment lifecycle").
 */
export async function runInitPhase(options: InitPhaseOptions): Promise<InitResult> {
  const { generation, initializationType, phase, clock, emit } = options;
  const isRestored = initializationType === 'snap-start';
  const startedAt = clock.monotonic();
  if (!isRestored) emit({ type: 'platform.initStart', initializationType, phase, ...describeEnvironment(options) });

  const work = generation.launch().then(() => (isRestored ? generation.restoreReady : generation.runtimeReady));
  const runtimeFailure = await firstOf(work, options.failed);
  if (runtimeFailure === undefined && !isRestored) {
    emit({ type: 'platform.initRuntimeDone', initializationType, phase, status: 'success' });
  }
  const failure = runtimeFailure ?? (await firstOf(generation.extensionsReady(), options.failed));
  await options.settleOutput();
  generation.flushOutput();
  const durationMs = clock.monotonic() - startedAt;
  const outcome = outcomeOf(failure);
  if (runtimeFailure !== undefined) {
    emit({ type: 'platform.initRuntimeDone', initializationType, phase, ...outcome });
  }
  if (failure !== undefined || !isRestored) {
    emit({ type: 'platform.initReport', initializationType, phase, ...outcome, durationMs });
  }
  if (failure !== undefined) return { failure, durationMs };
  return isRestored ? restore(options, durationMs) : { durationMs };
}

async function restore(options: InitPhaseOptions, durationMs: number): Promise<InitResult> {
  const { generation, clock, emit } = options;
  const startedAt = clock.monotonic();
  emit({ type: 'platform.restoreStart', ...describeEnvironment(options) });
  let cancel: () => void = () => undefined;
  const expired = new Promise<InvocationFailure>((resolve) => {
    cancel = options.startDeadline(RESTORE_LIMIT_MS, () => resolve(initTimeoutFailure(RESTORE_LIMIT_MS)));
  });
  generation.runtime.restore();
  const failure = await firstOf(generation.runtimeReady, Promise.race([options.failed, expired]));
  cancel();
  await options.settleOutput();
  generation.flushOutput();
  const restoreDurationMs = clock.monotonic() - startedAt;
  const outcome = outcomeOf(failure);
  emit({ type: 'platform.restoreRuntimeDone', ...outcome });
  emit({ type: 'platform.restoreReport', ...outcome, durationMs: restoreDurationMs });
  if (failure !== undefined) return { failure, isRestoreFailure: true, durationMs, restoreDurationMs };
  return { durationMs, restoreDurationMs };
}

/** Undefined when the work was done before the failure came. */
function firstOf(work: Promise<unknown>, failed: Promise<InvocationFailure>): Promise<InvocationFailure | undefined> {
  return Promise.race([work.then(() => undefined), failed]);
}

function outcomeOf(failure: InvocationFailure | undefined) {
  if (failure === undefined) return { status: 'success' } as const;
  const { status, errorType } = failure;
  return { status, ...(errorType !== undefined && { errorType }) };
}

function describeEnvironment({ snapshot }: InitPhaseOptions) {
  const runtimeVersion = runtimeVersionText(snapshot.runtime);
  const { runtimeVersionArn, memorySizeMb } = snapshot;
  return {
    ...(runtimeVersion !== undefined && { runtimeVersion }),
    ...(runtimeVersionArn !== undefined && { runtimeVersionArn }),
    instanceMaxMemory: memorySizeMb * 1024 * 1024,
  };
}
