import type { InvocationReport } from '../invocation.js';
import type { PlatformEvent, Span } from '../platform-event.js';
import type { Clock } from '../ports.js';
import type { ActiveInvocation } from './active-invocation.js';
import type { Generation } from './generation.js';
import type { InvocationFailure } from './invocation-failure.js';

export interface InvokePhaseOptions {
  readonly invocation: ActiveInvocation;
  readonly generation: Generation | undefined;
  readonly clock: Clock;
  /** Monotonic and wall time at which the phase began, a suppressed init included. */
  readonly startedAt: number;
  readonly startedWallMs: number;
  emit(event: PlatformEvent): void;
  settleOutput(): Promise<void>;
}

/** Figures of the environment that REPORT shows. */
export interface ReportFigures {
  readonly maxMemoryUsedMb: number;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
}

/** One invocation inside its environment: from the delivery of the event until everybody asked for the next one. */
export class InvokePhase {
  /** Settles when the phase is over: with the failure that ended it, or with undefined. Never rejects. */
  readonly ended: Promise<InvocationFailure | undefined>;
  #end!: (failure: InvocationFailure | undefined) => void;
  #isEnded = false;
  #failure: InvocationFailure | undefined;
  #runtimeDoneAt: number | undefined;
  #isRuntimeDoneEmitted = false;

  constructor(private readonly options: InvokePhaseOptions) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Emits START. */
  announce(): void {
    const { requestId, traceHeader } = this.options.invocation.request;
    this.options.emit({ type: 'platform.start', requestId, traceHeader });
  }

  /** Sends the event to the runtime and to the extensions that want it. */
  deliver(): void {
    const { invocation, generation, startedWallMs } = this.options;
    if (generation === undefined) throw new Error('an event was delivered to an environment without processes');
    const { request } = invocation;
    const deadlineMs = Math.floor(startedWallMs + request.snapshot.timeoutSeconds * 1000);
    const { requestId, invokedFunctionArn, traceHeader, clientContext, cognitoIdentity, tenantId } = request;
    if (!generation.extensions.isEmpty) {
      const tracing = { type: 'X-Amzn-Trace-Id', value: traceHeader } as const;
      generation.extensions.broadcast({ eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn, tracing });
    }
    generation.runtime.deliver(
      {
        requestId,
        deadlineMs,
        invokedFunctionArn,
        traceHeader,
        ...(clientContext !== undefined && { clientContext }),
        ...(cognitoIdentity !== undefined && { cognitoIdentity }),
        ...(tenantId !== undefined && { tenantId }),
        contentType: request.contentType ?? 'application/json',
        payload: request.payload,
      },
      invocation,
    );
  }

  /** The runtime asked for the next event. */
  async onRuntimeNext(): Promise<void> {
    if (this.#runtimeDoneAt !== undefined || this.#isEnded) return;
    this.#runtimeDoneAt = this.options.clock.monotonic();
    await this.options.settleOutput();
    if (this.#isEnded) return;
    this.options.generation?.flushOutput();
    this.#emitRuntimeDone(this.options.invocation.failure, this.#runtimeDoneAt);
    this.onExtensionsReady();
  }

  /** Every extension asked for the next event. */
  onExtensionsReady(): void {
    if (this.#isRuntimeDoneEmitted && this.options.generation?.extensions.isEveryReady !== false) {
      this.#finish(undefined);
    }
  }

  /** A timeout or a fatal error. The first one ends the phase. */
  fail(failure: InvocationFailure): void {
    if (this.#isEnded) return;
    this.options.invocation.fail(failure);
    this.#finish(failure);
  }

  /** Ends the phase without an outcome: the invocation is run again elsewhere. */
  abandon(failure: InvocationFailure): void {
    this.#finish(failure);
  }

  /** Emits what is left to tell, END and REPORT, and returns the report. */
  report(figures: ReportFigures): InvocationReport {
    const { invocation, clock, startedAt, emit } = this.options;
    const { requestId, traceHeader, snapshot } = invocation.request;
    const endedAt = clock.monotonic();
    const failure = this.#failure ?? invocation.failure;
    if (!this.#isRuntimeDoneEmitted) this.#emitRuntimeDone(failure, this.#runtimeDoneAt ?? endedAt);
    const timeoutMs = snapshot.timeoutSeconds * 1000;
    const durationMs = failure?.status === 'timeout' ? timeoutMs : endedAt - startedAt;
    const report: InvocationReport = {
      durationMs,
      // AWS Compute blog, "AWS Lambda standardizes billing for INIT phase": since August 2025 every init is billed.
      billedDurationMs: Math.ceil(durationMs + (figures.initDurationMs ?? 0)),
      memorySizeMb: snapshot.memorySizeMb,
      ...figures,
      status: failure?.status ?? 'success',
      ...(failure?.errorType !== undefined && { errorType: failure.errorType }),
    };
    emit({
      type: 'platform.report',
      requestId,
      report,
      ...(failure?.isHandlerError === true && { isHandlerError: true }),
      ...(failure?.message !== undefined && { errorMessage: failure.message }),
      spans: this.#extensionSpans(endedAt),
      traceHeader,
    });
    return report;
  }

  #finish(failure: InvocationFailure | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#end(failure);
  }

  #emitRuntimeDone(failure: InvocationFailure | undefined, doneAt: number): void {
    const { invocation, startedAt, emit } = this.options;
    const { requestId, traceHeader } = invocation.request;
    this.#isRuntimeDoneEmitted = true;
    emit({
      type: 'platform.runtimeDone',
      requestId,
      status: failure?.status ?? 'success',
      ...(failure?.errorType !== undefined && { errorType: failure.errorType }),
      durationMs: doneAt - startedAt,
      producedBytes: invocation.producedBytes,
      spans: this.#runtimeSpans(),
      traceHeader,
    });
  }

  #runtimeSpans(): readonly Span[] {
    const { startedAt, invocation } = this.options;
    const { responseStartedAt, responseEndedAt } = invocation;
    if (responseStartedAt === undefined) return [];
    const endedAt = responseEndedAt ?? responseStartedAt;
    return [
      this.#span('responseLatency', startedAt, responseStartedAt),
      this.#span('responseDuration', responseStartedAt, endedAt),
      ...(this.#runtimeDoneAt === undefined ? [] : [this.#span('runtimeOverhead', endedAt, this.#runtimeDoneAt)]),
    ];
  }

  #extensionSpans(endedAt: number): readonly Span[] {
    const { generation } = this.options;
    if (this.#runtimeDoneAt === undefined || generation === undefined || generation.extensions.isEmpty) return [];
    return [this.#span('extensionOverhead', this.#runtimeDoneAt, endedAt)];
  }

  #span(name: string, fromAt: number, toAt: number): Span {
    const { startedAt, startedWallMs } = this.options;
    return { name, start: startedWallMs + (fromAt - startedAt), durationMs: toAt - fromAt };
  }
}
