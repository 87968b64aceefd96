import { describe, expect, it } from 'vitest';
import { ActiveInvocation } from '../../../../../src/local/core/environment/active-invocation.js';
import { RuntimeSession } from '../../../../../src/local/core/environment/runtime-session.js';
import type { RuntimeState } from '../../../../../src/local/core/environment/runtime-states.js';
import { ApiRefusal, type RuntimeApiPort } from '../../../../../src/local/core/environment-api.js';
import { createRequest } from '../../../../service/lifecycle-service.js';
import { FakeClock } from './fake-clock.js';

const signal = new AbortController().signal;
const error = { errorTypeHeader: 'Runtime.Broken', body: Buffer.from('{}'), contentType: undefined };

function open() {
  const request = createRequest({});
  const { requestId } = request;
  const told: string[] = [];
  const session = new RuntimeSession({
    onNext: () => told.push('next'),
    onInitError: () => told.push('init error'),
    onRestoreNext: () => told.push('restore next'),
    onRestoreError: () => told.push('restore error'),
  });
  const invocation = new ActiveInvocation({ request, isStreaming: false, clock: new FakeClock() });
  const event = {
    requestId,
    deadlineMs: 1,
    invokedFunctionArn: request.invokedFunctionArn,
    contentType: 'application/json',
    payload: request.payload,
  };
  const poll = () => session.next(signal);
  const deliver = () => session.deliver(event, invocation);
  return { session, invocation, requestId, event, told, poll, deliver };
}

type Opened = ReturnType<typeof open>;

/** Brings a session into each state that a runtime can be in. */
const WAYS: Readonly<Record<RuntimeState, (opened: Opened) => void>> = {
  Started: () => undefined,
  InitError: ({ session }) => session.initError(error),
  Ready: ({ poll }) => void poll(),
  Running: ({ poll, deliver }) => {
    void poll();
    deliver();
  },
  RestoreReady: ({ session }) => void session.restoreNext(signal),
  Restoring: ({ session }) => {
    void session.restoreNext(signal);
    session.restore();
  },
  RuntimeRestoreErrorState: (opened) => {
    WAYS.Restoring(opened);
    opened.session.restoreError(error);
  },
  InvocationResponse: (opened) => {
    WAYS.Running(opened);
    opened.session.beginResponse(opened.requestId);
  },
  InvocationErrorResponse: () => undefined,
  RuntimeResponseSentState: (opened) => {
    WAYS.InvocationResponse(opened);
    opened.session.completeResponse(opened.requestId, Buffer.from('{}'), undefined);
  },
};

const CALLS: Readonly<Record<string, (runtime: RuntimeApiPort, requestId: string) => unknown>> = {
  next: (runtime) => runtime.next(signal),
  'restore/next': (runtime) => runtime.restoreNext(signal),
  'init/error': (runtime) => runtime.initError(error),
  'restore/error': (runtime) => runtime.restoreError(error),
  response: (runtime, requestId) => runtime.beginResponse(requestId),
  error: (runtime, requestId) => runtime.invocationError(requestId, error),
};

/** Lambda developer guide, "Runtime API", and the public interface emulator: what is answered with 2xx. */
const ALLOWED: Readonly<Partial<Record<RuntimeState, Readonly<Record<string, RuntimeState>>>>> = {
  Started: { next: 'Ready', 'restore/next': 'RestoreReady', 'init/error': 'InitError' },
  Ready: { next: 'Ready' },
  Running: { next: 'Running', response: 'InvocationResponse', error: 'RuntimeResponseSentState' },
  Restoring: { next: 'Ready', 'restore/error': 'RuntimeRestoreErrorState', 'init/error': 'RuntimeRestoreErrorState' },
  RuntimeResponseSentState: { next: 'Ready' },
};

const cases = (Object.keys(WAYS) as RuntimeState[])
  // It is left within the call that enters it.
  .filter((state) => state !== 'InvocationErrorResponse')
  .flatMap((state) => Object.keys(CALLS).map((call) => ({ state, call, to: ALLOWED[state]?.[call] })));

describe('a runtime session', () => {
  it.each(cases)('in $state takes $call: $to', ({ state, call, to }) => {
    const opened = open();
    WAYS[state](opened);
    expect(opened.session.state).toBe(state);
    if (to === undefined) {
      expect(() => CALLS[call]!(opened.session, opened.requestId)).toThrow(ApiRefusal);
      expect(opened.session.state).toBe(state);
    } else {
      void CALLS[call]!(opened.session, opened.requestId);
      expect(opened.session.state).toBe(to);
    }
  });

  it('checks the request id before the state', () => {
    const opened = open();
    const refused = expect.objectContaining({
      status: 400,
      errorType: 'InvalidRequestID',
      message: 'Invalid request ID',
    });
    expect(() => opened.session.beginResponse(opened.requestId)).toThrow(refused);
    WAYS.Running(opened);
    expect(() => opened.session.beginResponse('')).toThrow(refused);
    expect(() => opened.session.invocationError('other', error)).toThrow(refused);
    expect(opened.session.state).toBe('Running');
  });

  it('knows a request id no more once its response was accepted', () => {
    const opened = open();
    WAYS.RuntimeResponseSentState(opened);
    expect(() => opened.session.beginResponse(opened.requestId)).toThrow('Invalid request ID');
  });

  it('delivers the same event again while it runs', async () => {
    const { session, poll, deliver, event } = open();
    const first = poll();
    deliver();
    expect(await first).toBe(event);
    expect(await poll()).toBe(event);
    expect(session.state).toBe('Running');
  });

  it('keeps the event for a runtime that lost its connection while it waited', async () => {
    const { session, poll, deliver, event } = open();
    const controller = new AbortController();
    const lost = session.next(controller.signal);
    controller.abort();
    await expect(lost).rejects.toThrow(ApiRefusal);
    deliver();
    expect(session.state).toBe('Ready');
    expect(await poll()).toBe(event);
    expect(session.state).toBe('Running');
  });

  it('tells of the first poll only once when the runtime reconnects', () => {
    const { poll, told } = open();
    void poll();
    void poll();
    expect(told).toEqual(['next']);
  });

  it('keeps the polls of a runtime open that is about to be ended, and gives it nothing', async () => {
    const { session, poll, invocation, event, requestId } = open();
    const polls = [poll()];
    session.retire();
    polls.push(poll());
    session.deliver(event, invocation);
    expect(() => session.beginResponse(requestId)).toThrow();
    session.close();
    for (const waiting of polls) await expect(waiting).rejects.toMatchObject({ status: 500 });
  });

  it('cuts the poll and refuses everything once it is closed', async () => {
    const { session, poll, requestId } = open();
    const waiting = poll();
    session.close();
    await expect(waiting).rejects.toMatchObject({ status: 500, errorType: 'InternalServerError' });
    expect(() => poll()).toThrow('Internal Server Error');
    expect(() => session.beginResponse(requestId)).toThrow('Invalid request ID');
  });

  it('fails an invocation with an unknown response mode and goes on', async () => {
    const opened = open();
    WAYS.Running(opened);
    expect(() => opened.session.refuseResponseMode(opened.requestId)).toThrow('Invalid function response mode');
    expect(await opened.invocation.outcome).toMatchObject({ functionError: 'Unhandled', payload: new Uint8Array(0) });
    expect(opened.session.state).toBe('RuntimeResponseSentState');
  });
});
