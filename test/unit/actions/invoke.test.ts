import { describe, expect, it, onTestFinished } from 'vitest';
import type { ActionContext } from '../../../src/actions/action-context.js';
import { type InvokeRequest, invoke } from '../../../src/actions/invoke.js';
import { loadProject } from '../../../src/config/load-project.js';
import { readFile } from '../../../src/system/files.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';

const REQUEST: InvokeRequest = {
  target: 'hello',
  payload: { from: 'text', text: '{"a":1}' },
  invocationType: 'RequestResponse',
  withLog: true,
};

/** A Lambda API that knows one answer and remembers what it was asked. */
async function serving(answer: object) {
  const folder = await createTempFolder('invoke');
  onTestFinished(() => folder.remove());
  const asked: unknown[] = [];
  const project = await loadProject({ folder: folder.path, environment: {} });
  const calls = {
    invoke: async (request: unknown) => {
      asked.push(request);
      return { $metadata: { requestId: 'r-1' }, StatusCode: 200, ...answer };
    },
  };
  const context = {
    signal: new AbortController().signal,
    progress: () => undefined,
    project: async () => project,
    lambda: async () => calls,
  };
  return { context: context as unknown as ActionContext, asked, folder: folder.path };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const LOG = [
  'START RequestId: r-1 Version: 3',
  'END RequestId: r-1',
  'REPORT RequestId: r-1\tDuration: 1.23 ms\tBilled Duration: 112 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 110.10 ms\t',
  '',
].join('\n');

describe('an invocation', () => {
  it('sends the event and reads response, log and figures', async () => {
    const { context, asked } = await serving({
      Payload: bytes('{"ok":true}'),
      ExecutedVersion: '3',
      LogResult: Buffer.from(LOG).toString('base64'),
    });
    const {
      result,
      bytes: raw,
      error,
    } = await invoke({ ...REQUEST, qualifier: 'live', clientContext: '{"custom":{}}' }, context);
    expect(asked).toEqual([
      {
        FunctionName: 'hello',
        InvocationType: 'RequestResponse',
        Qualifier: 'live',
        Payload: bytes('{"a":1}'),
        LogType: 'Tail',
        ClientContext: Buffer.from('{"custom":{}}').toString('base64'),
      },
    ]);
    expect(new TextDecoder().decode(raw)).toBe('{"ok":true}');
    expect(error).toBeUndefined();
    expect(result).toEqual({
      functionName: 'hello',
      statusCode: 200,
      requestId: 'r-1',
      executedVersion: '3',
      payload: { ok: true },
      log: LOG,
      duration: 1.23,
      billedDuration: 112,
      memorySize: 128,
      maxMemoryUsed: 35,
      initDuration: 110.1,
    });
  });

  it('tells a function error with type, message and stack, and how to go on', async () => {
    const payload = {
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: r-1 Error: Task timed out after 3.00 seconds',
    };
    const { context } = await serving({ Payload: bytes(JSON.stringify(payload)), FunctionError: 'Unhandled' });
    const { error } = await invoke(REQUEST, context);
    expect(error).toMatchObject({
      code: 'function-error',
      hint: expect.stringContaining('timeout'),
      details: { functionError: 'Unhandled', ...payload },
    });
  });

  it('takes the stack of Node and of Python alike', async () => {
    for (const stack of [{ trace: ['Error: x', '  at y'] }, { stackTrace: ['  File "a.py", line 1'] }]) {
      const { context } = await serving({
        Payload: bytes(JSON.stringify({ errorType: 'E', errorMessage: 'x', ...stack })),
        FunctionError: 'Unhandled',
      });
      expect((await invoke(REQUEST, context)).error?.details?.stackTrace).toEqual(Object.values(stack)[0]);
    }
  });

  it('writes the response to a file, byte for byte', async () => {
    const { context, folder } = await serving({ Payload: new Uint8Array([0xff, 0x00, 0x0a]) });
    const invoked = await invoke({ ...REQUEST, outFile: `${folder}/out.bin` }, context);
    expect([...(await readFile(`${folder}/out.bin`))]).toEqual([0xff, 0x00, 0x0a]);
    expect(invoked.bytes).toHaveLength(0);
    expect(invoked.result).not.toHaveProperty('payload');
  });

  it('asks for no log of an asynchronous call', async () => {
    // The SDK answers an empty text where there is no body.
    const { context, asked } = await serving({ StatusCode: 202, Payload: '' });
    expect((await invoke({ ...REQUEST, invocationType: 'Event' }, context)).bytes).toHaveLength(0);
    expect(asked[0]).not.toHaveProperty('LogType');
  });

  it.each([
    ['a client context that is no JSON', { clientContext: '{' }],
    ['a client context over 3,583 bytes', { clientContext: JSON.stringify({ custom: 'x'.repeat(2_700) }) }],
    ['an event that is no JSON', { payload: { from: 'text', text: 'hello' } as const }],
  ])('refuses %s before anything is sent', async (_, change) => {
    const { context, asked } = await serving({});
    await expect(invoke({ ...REQUEST, ...change }, context)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(asked).toEqual([]);
  });
});
