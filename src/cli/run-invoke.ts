import { waitForAsyncEnd } from '../actions/invocations/async-end.js';
import { recordInvocation } from '../actions/invocations/invocation-history.js';
import { invokeMany, type ManyRequest, type OneOfMany } from '../actions/invocations/invoke-many.js';
import { type InvokePayload, readInvokePayload, readPayloadLines } from '../actions/invocations/invoke-payload.js';
import { invokeStreaming } from '../actions/invocations/invoke-streaming.js';
import { waitForRequestLog } from '../actions/invocations/request-log.js';
import { type Invoked, type InvokeRequest, invoke } from '../actions/invoke.js';
import type { LogEntry } from '../actions/logs/log-entry.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { GivenPrice } from '../lambda/pricing.js';
import type { Performed } from './base-command.js';
import { renderManySummary } from './render/invocations.js';
import { renderInvoke } from './render/invoke.js';
import { renderLogEntries } from './render/logs.js';
import type { Session } from './session.js';
import { styleFor } from './style.js';

export interface RunInvokeOptions {
  readonly tail: boolean;
  readonly fullLog: boolean;
  /** After an asynchronous invocation: waits for its end. */
  readonly wait: boolean;
  readonly stream: boolean;
  readonly lines: boolean;
  /** Undefined for a single call. */
  readonly repeat: number | undefined;
  readonly concurrency: number;
  /** For the cost of many calls; undefined: the list price of the region. */
  readonly price: GivenPrice | undefined;
  /** Writes bytes to stdout as they are. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** Logs of AWS arrive within seconds. */
const LOG_PATIENCE_MS = 60_000;
/** Our clock and that of the service may differ by so much. */
const CLOCK_SKEW_MS = 60_000;

/** Invokes a function in the way the flags say. */
export async function runInvoke(
  request: InvokeRequest,
  session: Session,
  options: RunInvokeOptions,
): Promise<Performed<object>> {
  if (options.lines) return runLines(request, session, options);
  const payload = await readInvokePayload(request.payload, session);
  const given: InvokeRequest = { ...request, payload: { from: 'bytes', bytes: payload } };
  if (session.flags.local) await record(request, payload, session);
  if (options.stream) return runStream(given, session, options);
  if (options.repeat !== undefined) {
    return runRepeat(
      {
        ...given,
        payloads: Array(options.repeat).fill(payload),
        concurrency: options.concurrency,
        price: options.price,
      },
      session,
    );
  }
  return runOnce(given, session, options);
}

async function record(request: InvokeRequest, payload: Uint8Array | undefined, session: Session): Promise<void> {
  const { target: functionName, qualifier } = request;
  // A disk that refuses must not keep anybody from invoking.
  await recordInvocation({ functionName, qualifier, payload }, session).catch((error: unknown) =>
    session.progress({ kind: 'detail', subject: 'history', text: String(error) }),
  );
}

async function runOnce(
  request: InvokeRequest,
  session: Session,
  { tail, fullLog, wait }: RunInvokeOptions,
): Promise<Performed<object>> {
  const sinceMs = Date.now() - CLOCK_SKEW_MS;
  const invoked = await invoke(request, session);
  const { requestId } = invoked.result;
  const { target, qualifier } = request;
  if (wait && requestId !== undefined) {
    const { entries, attempts } = await waitForAsyncEnd({ target, qualifier, requestId, sinceMs }, session);
    return withFullLog({ ...invoked, attempts }, entries, session);
  }
  if (fullLog && requestId !== undefined) {
    const entries = await waitForRequestLog({ target, requestId, sinceMs, patienceMs: LOG_PATIENCE_MS }, session);
    return withFullLog(invoked, entries, session);
  }
  if (tail && !session.flags.json) session.note(invoked.result.log ?? '');
  return { result: invoked.result, show: () => renderInvoke(invoked), failure: invoked.error };
}

async function withFullLog(
  invoked: Invoked & { readonly attempts?: number },
  entries: readonly LogEntry[],
  session: Session,
): Promise<Performed<object>> {
  const style = await styleFor(process.stderr);
  if (!session.flags.json) session.note(renderLogEntries(entries, { style, isRaw: true }));
  const report = entries.findLast(({ kind }) => kind === 'report');
  const { duration, billedDuration, maxMemoryUsed, ...result } = invoked.result;
  const figures = report?.report;
  const document = {
    ...result,
    ...(invoked.attempts !== undefined && { attempts: invoked.attempts }),
    log: entries.map(({ raw }) => raw.replace(/\n?$/, '\n')).join(''),
    ...(figures !== undefined && {
      duration: figures.durationMs,
      billedDuration: figures.billedDurationMs,
      maxMemoryUsed: figures.maxMemoryUsedMb,
    }),
  };
  const isLateFailure = invoked.error === undefined && report?.isFailure === true;
  const failure = isLateFailure ? lateFailure(invoked, entries) : invoked.error;
  const isQueued = invoked.result.statusCode === 202;
  const show = () => (isQueued && !isLateFailure ? 'The function has ended without an error.' : renderInvoke(invoked));
  return { result: document, show: isQueued && isLateFailure ? () => '' : show, failure };
}

function lateFailure(
  { result, attempts = 1 }: Invoked & { readonly attempts?: number },
  entries: readonly LogEntry[],
): LambdakitError {
  const what = entries.findLast(({ isFailure, kind }) => isFailure && kind !== 'report')?.message.split('\n')[0] ?? '';
  return new LambdakitError(
    'function-error',
    `The function ${result.functionName} failed${attempts > 1 ? ` in all of ${attempts} attempts` : ''}${what === '' ? '.' : `: ${what}`}`,
    {
      hint: 'Lambda does not try this event again; where it goes now `lambdakit async show` says.',
      details: { requestId: result.requestId, attempts },
    },
  );
}

async function runStream(
  request: InvokeRequest,
  session: Session,
  { tail, write }: RunInvokeOptions,
): Promise<Performed<object>> {
  const { json } = session.flags;
  const chunks: Uint8Array[] = [];
  session.quieten();
  const { result, error } = await invokeStreaming({ ...request, withLog: tail || json }, session, async (bytes) => {
    if (json) chunks.push(bytes);
    else await write(bytes);
  });
  if (tail && !json) session.note(result.log ?? '');
  const payload = Buffer.concat(chunks).toString('utf8');
  return { result: { ...result, ...(json && { payload }) }, show: () => '', failure: error };
}

async function runRepeat(request: ManyRequest, session: Session): Promise<Performed<object>> {
  const { summary, calls } = await invokeMany(request, session);
  return { result: summary, show: (style) => renderManySummary(summary, style), failure: failureOf(calls) };
}

async function runLines(
  request: InvokeRequest,
  session: Session,
  { concurrency }: RunInvokeOptions,
): Promise<Performed<object>> {
  const payload: InvokePayload = request.payload.from === 'none' ? { from: 'stdin' } : request.payload;
  const payloads = await readPayloadLines(payload, session);
  const { calls, summary } = await invokeMany({ ...request, payloads, concurrency }, session);
  const results = calls.map(({ invoked, refused }) =>
    refused === undefined ? (invoked?.result ?? {}) : { error: { code: refused.code, message: refused.message } },
  );
  const { functionName, invocations, functionErrors, refused } = summary;
  return {
    result: { functionName, invocations, functionErrors, refused, results },
    show: () => Buffer.concat(calls.flatMap(({ invoked }) => [invoked?.bytes ?? new Uint8Array(), Buffer.from('\n')])),
    failure: failureOf(calls),
  };
}

/** What the service refused weighs more: then nothing is known of the function. */
function failureOf(calls: readonly OneOfMany[]): LambdakitError | undefined {
  const refused = calls.filter((call) => call.refused !== undefined);
  const failed = calls.filter(({ invoked }) => invoked?.error !== undefined);
  const first = refused[0]?.refused ?? failed[0]?.invoked?.error;
  if (first === undefined) return undefined;
  const count = refused.length > 0 ? refused.length : failed.length;
  const verb = refused.length > 0 ? 'were refused' : 'failed';
  return new LambdakitError(
    first.code,
    `${count} of ${calls.length} invocations ${verb}. The first: ${first.message}`,
    {
      ...(first.hint !== undefined && { hint: first.hint }),
      cause: first,
    },
  );
}
