import { afterEach, describe, expect, it } from 'vitest';
import { createLifecycleService } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open() {
  service = createLifecycleService();
  return service;
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

describe('the Runtime API towards a real runtime process', () => {
  it('hands over everything that the caller sent', async () => {
    const { invoke } = open();
    const { json, outcome } = await invoke(
      { do: 'context' },
      {
        request: {
          clientContext: '{"custom":{"name":"Ünï"}}',
          cognitoIdentity: '{"cognitoIdentityId":"id","cognitoIdentityPoolId":"pool"}',
          tenantId: 'blue',
          invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:fn:live',
        },
      },
    );
    expect(json).toMatchObject({
      'lambda-runtime-aws-request-id': outcome.requestId,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:fn:live',
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
      'lambda-runtime-client-context': Buffer.from('{"custom":{"name":"Ünï"}}').toString('latin1'),
      'lambda-runtime-cognito-identity': '{"cognitoIdentityId":"id","cognitoIdentityPoolId":"pool"}',
      'lambda-runtime-aws-tenant-id': 'blue',
      'content-type': 'application/json',
    });
    const deadlineMs = Number((json as Record<string, string>)['lambda-runtime-deadline-ms']);
    expect(Number.isInteger(deadlineMs)).toBe(true);
    expect(deadlineMs - Date.now()).toBeGreaterThan(8_000);
    expect(deadlineMs - Date.now()).toBeLessThanOrEqual(10_000);
  });

  it('takes the first of two responses', async () => {
    const { invoke } = open();
    const { text, log } = await invoke({ do: 'respond-twice' });
    expect(text).toBe('"first"');
    expect(log).toContain('second: 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n');
  });

  it('refuses a response with a foreign request id', async () => {
    const { invoke } = open();
    expect((await invoke({ do: 'wrong-id' })).json).toMatchObject({
      status: 400,
      body: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
    });
  });

  it('refuses an unknown response mode', async () => {
    const { invoke } = open();
    const { text, outcome, report, log } = await invoke({ do: 'wrong-mode' });
    expect(text).toBe('');
    expect(outcome.functionError).toBe('Unhandled');
    expect(report.errorType).toBe('Runtime.InvalidResponseModeHeader');
    expect(log).toContain('mode: 400 {"errorMessage":"Invalid function response mode"');
  });

  it('gives the same event to a runtime that asks again', async () => {
    const { invoke } = open();
    const { json, outcome } = await invoke({ do: 'poll-again' });
    expect(json).toEqual({ again: outcome.requestId });
  });

  it('refuses an init error after init', async () => {
    const { invoke } = open();
    expect((await invoke({ do: 'init-error' })).json).toMatchObject({
      status: 403,
      body: '{"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n',
    });
  });

  it.each([6_291_555, 6_291_556])('takes a response of %i bytes', async (bytes) => {
    const { invoke } = open();
    expect((await invoke({ do: 'big', bytes })).outcome.payload).toHaveLength(bytes);
  });

  it('refuses a response of one byte more, and goes on with the process', async () => {
    const { invoke, runtimePids } = open();
    const { text, outcome, log, report } = await invoke({ do: 'big', bytes: 6_291_557 });
    expect(text).toBe(
      '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
    );
    expect(outcome.functionError).toBe('Unhandled');
    expect(report.errorType).toBe('Function.ResponseSizeTooLarge');
    expect(log).toContain(
      'big: 413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}',
    );
    expect((await invoke({})).json).toMatchObject({ count: 2 });
    expect(runtimePids).toHaveLength(1);
  });

  it('fails the invocation when the response breaks off', async () => {
    const { invoke } = open();
    const { json, report } = await invoke({ do: 'truncated' });
    expect(json).toMatchObject({ errorType: 'Runtime.TruncatedResponse' });
    expect(report.errorType).toBe('Runtime.TruncatedResponse');
    expect((await invoke({})).json).toMatchObject({ count: 2 });
  });

  it('answers at once when the process ends after its response, and starts anew next time', async () => {
    const { invoke } = open();
    const { text, outcome, report } = await invoke({ do: 'respond-then-exit' });
    expect(text).toBe('"last words"');
    expect(outcome).not.toHaveProperty('functionError');
    expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
    expect((await invoke({})).json).toMatchObject({ count: 1 });
  });

  it('answers at once when the process does not ask for the next event, and ends it at the deadline', async () => {
    const { start } = open();
    const { outcome, completion } = start({ do: 'respond-then-hang' }, { snapshot: { timeoutSeconds: 1 } });
    const first = await Promise.race([outcome.then(() => 'answer'), completion.then(() => 'end')]);
    expect(first).toBe('answer');
    expect(Buffer.from((await outcome).payload).toString()).toBe('"answered"');
    expect((await completion).report).toMatchObject({ status: 'timeout', durationMs: 1000 });
  });

  it('books each line to the invocation that wrote it', async () => {
    const { invoke, events } = open();
    for (let round = 0; round < 30; round++) {
      const { log, outcome } = await invoke({ do: 'log', lines: [`a ${round}\n`, `b ${round}`] });
      expect(log).toContain(`START RequestId: ${outcome.requestId} Version: $LATEST\na ${round}\nb ${round}\nEND`);
    }
    const lines = events.filter(({ event }) => event.type === 'function');
    expect(lines).toHaveLength(60);
  });

  it('keeps the last 4,096 bytes of the log', async () => {
    const { invoke } = open();
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index} ${'ä'.repeat(20)}\n`);
    const { log } = await invoke({ do: 'log', lines });
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(log)).toBeGreaterThan(4000);
    expect(log).toContain('line 399');
    expect(log).toMatch(/REPORT RequestId: [^\n]+\n$/);
  });
});
