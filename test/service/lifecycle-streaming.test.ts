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

async function collect(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('a streamed response', () => {
  it('reaches the caller while the function still writes', async () => {
    const { stream } = open();
    const invocation = stream(
      { do: 'stream', chunks: ['one', 'two'], last: 'hang' },
      { snapshot: { timeoutSeconds: 1 } },
    );
    expect(await invocation.head).toEqual({ contentType: 'text/plain', isStreamed: true });
    const seen: string[] = [];
    let settled = false;
    void invocation.outcome.then(() => {
      settled = true;
    });
    for await (const chunk of invocation.body) {
      seen.push(Buffer.from(chunk).toString());
      if (seen.join('') === 'onetwo') expect(settled).toBe(false);
    }
    expect(seen.join('')).toBe('onetwo');
    expect(await invocation.outcome).toMatchObject({
      functionError: 'Unhandled',
      streamError: { type: 'Sandbox.Timedout', details: expect.stringContaining('Task timed out after 1.00 seconds') },
    });
    expect((await invocation.completion).report.status).toBe('timeout');
  });

  it('ends without an error', async () => {
    const { stream, events } = open();
    const invocation = stream({ do: 'stream', chunks: ['a', 'b', 'c'] });
    expect(await collect(invocation.body)).toBe('abc');
    const outcome = await invocation.outcome;
    expect(outcome).not.toHaveProperty('functionError');
    expect(outcome.payload).toHaveLength(0);
    await invocation.completion;
    const done = events.find(({ event }) => event.type === 'platform.runtimeDone')!.event;
    expect(done).toMatchObject({ producedBytes: 3, status: 'success' });
    expect(done).toHaveProperty('spans.length', 3);
  });

  it('carries an error in its trailers', async () => {
    const { stream } = open();
    const invocation = stream({ do: 'stream', chunks: ['half'], last: 'error' });
    expect(await collect(invocation.body)).toBe('half');
    expect(await invocation.outcome).toMatchObject({
      functionError: 'Unhandled',
      streamError: { type: 'Function.MidStream', details: '{"errorMessage":"half way"}' },
    });
  });

  it.each([
    ['hang-up', /^Runtime\.TruncatedResponse$/],
    // Whichever is seen first: the end of the connection or of the process.
    ['exit', /^Runtime\.(TruncatedResponse|ExitError)$/],
  ])('ends early when the runtime breaks it off (%s)', async (last, type) => {
    const { stream } = open();
    const invocation = stream({ do: 'stream', chunks: ['half'], last });
    expect(await collect(invocation.body)).toBe('half');
    expect((await invocation.outcome).streamError?.type).toMatch(type);
  });

  it('waits for a slow reader without keeping the bytes', async () => {
    const { stream } = open();
    const chunk = 'x'.repeat(1024 * 1024);
    const invocation = stream({ do: 'stream', chunks: Array.from({ length: 20 }, () => chunk) });
    let bytes = 0;
    for await (const piece of invocation.body) {
      bytes += piece.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bytes).toBe(20 * 1024 * 1024);
    expect((await invocation.completion).report.status).toBe('success');
  });

  it('lets the function go on when the reader goes away', async () => {
    const { stream, invoke } = open();
    const invocation = stream({ do: 'stream', chunks: ['a', 'b', 'c', 'd'] });
    for await (const _ of invocation.body) break;
    expect((await invocation.completion).report.status).toBe('success');
    expect((await invoke({})).json).toMatchObject({ count: 2 });
  });

  it('is collected for a caller that does not stream, up to 6 MB', async () => {
    const { invoke } = open();
    expect((await invoke({ do: 'stream', chunks: ['ab', 'cd'] })).text).toBe('abcd');
    const chunk = 'x'.repeat(1024 * 1024);
    const large = await invoke({ do: 'stream', chunks: Array.from({ length: 7 }, () => chunk) });
    expect(large.json).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    const failed = await invoke({ do: 'stream', chunks: ['half'], last: 'error' });
    expect(failed.text).toBe('{"errorMessage":"half way"}');
    expect(failed.outcome.functionError).toBe('Unhandled');
  });
});

describe('a buffered response to a caller that streams', () => {
  it('comes in one piece', async () => {
    const { stream } = open();
    const invocation = stream({ do: 'raw', text: '{"a":1}' });
    expect(await invocation.head).toMatchObject({ isStreamed: false });
    const chunks: string[] = [];
    for await (const chunk of invocation.body) chunks.push(Buffer.from(chunk).toString());
    expect(chunks).toEqual(['{"a":1}']);
  });

  it('is the error in the outcome when the function failed', async () => {
    const { stream } = open();
    const invocation = stream({ do: 'throw' });
    expect(await collect(invocation.body)).toBe('');
    const outcome = await invocation.outcome;
    expect(outcome.functionError).toBe('Unhandled');
    expect(Buffer.from(outcome.payload).toString()).toContain('boom');
  });
});
