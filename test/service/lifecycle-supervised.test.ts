import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnvironmentStack, type EnvironmentStack } from '../../src/local/environment-stack.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { createRequest } from './lifecycle-service.js';

/** The handler of the function under test: it does what its event says. */
const HANDLER = `
if (process.env.BAD_INIT === 'throw') throw new Error('bad init');
if (process.env.BAD_INIT === 'exit') process.exit(4);
const actions = {
  exit: ({ code }) => process.exit(code),
  signal: ({ signal }) => process.kill(process.pid, signal),
  hang: () => new Promise(() => setInterval(() => {}, 1000)),
  busy: () => { for (;;); },
  throw: () => { throw new Error('boom'); },
  log: ({ lines }) => { for (const line of lines) console.log(line); },
};
export const handler = async (event) => {
  await actions[event.do]?.(event);
  return event;
};
`;

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let stack: EnvironmentStack;

beforeAll(async () => {
  folder = await createTempFolder('lifecycle');
  await mkdir(path.join(folder.path, 'code'));
  await writeFile(path.join(folder.path, 'code', 'index.mjs'), HANDLER);
  stack = createEnvironmentStack({
    supervisor: { workFolder: path.join(folder.path, 'work'), cacheFolder: path.join(folder.path, 'cache') },
    sink: () => undefined,
  });
});

afterAll(async () => {
  await stack.dispose();
  await folder.remove();
});

async function invoke(event: unknown, { functionName = 'fn', environment = {}, timeoutSeconds = 10 } = {}) {
  const codeFolder = path.join(folder.path, 'code');
  const request = createRequest(event, { snapshot: { codeFolder, functionName, environment, timeoutSeconds } });
  const { outcome, report, logTail } = await stack.dispatcher.invoke(request, { unreserved: 100 }).completion;
  const text = Buffer.from(outcome.payload).toString('utf8');
  return { outcome, report, text, log: Buffer.from(logTail).toString('utf8') };
}

describe('a Node.js function under the supervisor', () => {
  it('answers cold and warm', async () => {
    const functionName = 'warm';
    const cold = await invoke({ n: 1 }, { functionName });
    expect(cold.text).toBe('{"n":1}');
    expect(cold.report.initDurationMs).toBeGreaterThan(0);
    const warm = await invoke({ n: 2 }, { functionName });
    expect(warm.text).toBe('{"n":2}');
    expect(warm.report).not.toHaveProperty('initDurationMs');
    expect(warm.report.maxMemoryUsedMb).toBeGreaterThan(10);
  });

  it('has each line of its log in the invocation that wrote it', async () => {
    for (let round = 0; round < 50; round++) {
      const { log, outcome } = await invoke({ do: 'log', lines: [`first ${round}`, `second ${round}`] });
      expect(log.match(/(first|second) \d+/g)).toEqual([`first ${round}`, `second ${round}`]);
      expect(log).toMatch(new RegExp(`^START RequestId: ${outcome.requestId}`));
    }
  });

  it.each([
    [{ do: 'exit', code: 0 }, 'Runtime exited without providing a reason'],
    [{ do: 'exit', code: 3 }, 'Runtime exited with error: exit status 3'],
    [{ do: 'signal', signal: 'SIGSEGV' }, 'Runtime exited with error: signal: segmentation fault'],
    [{ do: 'signal', signal: 'SIGABRT' }, 'Runtime exited with error: signal: aborted'],
    [{ do: 'signal', signal: 'SIGKILL' }, 'Runtime exited with error: signal: killed'],
  ])('that ends in %j says so, and the next invocation works', async (event, text) => {
    const functionName = `ends-${JSON.stringify(event).replaceAll(/\W/g, '')}`;
    const failed = await invoke(event, { functionName });
    expect(JSON.parse(failed.text)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${failed.outcome.requestId} Error: ${text}`,
    });
    expect((await invoke({ n: 1 }, { functionName })).text).toBe('{"n":1}');
  });

  it.each(['hang', 'busy'])('that is over its time is ended (%s), and the next invocation works', async (action) => {
    const functionName = `over-${action}`;
    const failed = await invoke({ do: action }, { functionName, timeoutSeconds: 1 });
    expect(failed.text).toContain('Task timed out after 1.00 seconds');
    expect(failed.report).toMatchObject({ status: 'timeout', durationMs: 1000 });
    expect((await invoke({ n: 1 }, { functionName })).text).toBe('{"n":1}');
  });

  it('keeps its process after an error of the handler', async () => {
    const functionName = 'throws';
    const failed = await invoke({ do: 'throw' }, { functionName });
    expect(JSON.parse(failed.text)).toMatchObject({ errorType: 'Error', errorMessage: 'boom' });
    expect((await invoke({}, { functionName })).report).not.toHaveProperty('initDurationMs');
  });

  it.each([
    ['throw', '"errorMessage":"bad init"'],
    ['exit', 'Runtime exited with error: exit status 4'],
  ])('that cannot initialise says why (%s)', async (how, text) => {
    const { text: payload, outcome } = await invoke(
      {},
      { functionName: `init-${how}`, environment: { BAD_INIT: how } },
    );
    expect(payload).toContain(text);
    expect(outcome.functionError).toBe('Unhandled');
  });
});
