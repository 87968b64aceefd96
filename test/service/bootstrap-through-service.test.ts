import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDispatcher } from '../../src/local/core/dispatcher.js';
import type { FunctionSnapshot } from '../../src/local/core/function-snapshot.js';
import { openEnvironmentListener } from '../../src/local/runtime-api/environment-listener.js';
import { createSupervisor } from '../../src/local/supervisor/supervisor.js';
import { systemClock } from '../../src/system/clock.js';
import { packageRoot } from '../../src/system/package-root.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { createRequest } from './lifecycle-service.js';

/** The start programs behind the real Runtime API, in the folders that the supervisor gives them. */
async function startFunction(
  files: Readonly<Record<string, string>>,
  overrides: Partial<FunctionSnapshot>,
  isolation: 'best' | 'process' = 'best',
) {
  const folder = await createTempFolder('bootstrap-service');
  const code = path.join(folder.path, 'code');
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(code, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const supervisor = createSupervisor({
    workFolder: path.join(folder.path, 'work'),
    cacheFolder: path.join(folder.path, 'cache'),
    isolation,
  });
  const lines: string[] = [];
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: supervisor,
    openListener: (environment) => openEnvironmentListener(environment),
    sink: (_identity, { event }) => {
      if (event.type === 'function') lines.push(event.text);
    },
    newId: randomUUID,
  });
  onTestFinished(async () => {
    await dispatcher.dispose();
    await supervisor.dispose();
    await folder.remove();
  });
  const snapshot = { codeFolder: code, timeoutSeconds: 20, memorySizeMb: 512, ...overrides };
  return {
    lines,
    async invoke(event: unknown) {
      const request = createRequest(event, { snapshot });
      const { outcome } = await dispatcher.invoke(request, { unreserved: 10 }).completion;
      const json: unknown = JSON.parse(Buffer.from(outcome.payload).toString('utf8'));
      return { json, functionError: outcome.functionError, requestId: request.requestId };
    },
    async stream(event: unknown) {
      const streaming = dispatcher.invokeStreaming(createRequest(event, { snapshot }), { unreserved: 10 });
      const chunks: Uint8Array[] = [];
      for await (const chunk of streaming.body) chunks.push(chunk);
      const { outcome } = await streaming.completion;
      return { text: Buffer.concat(chunks).toString('utf8'), outcome };
    },
  };
}

interface Language {
  readonly runtime: string;
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  /** The error of `{"do":"fail"}`. */
  readonly failure: object;
  readonly isThere: boolean;
}

const NODE = `export const handler = async (event, context) => {
  if (event.do === 'fail') throw new RangeError('boom');
  if (event.do === 'exit') process.exit(3);
  if (event.do === 'big') return 'x'.repeat(event.size);
  console.log('line');
  return { got: event.value, requestId: context.awsRequestId };
};`;

const PYTHON = `import sys
def handler(event, context):
    what = event.get("do")
    if what == "fail": raise ValueError("boom")
    if what == "exit": sys.exit(3)
    if what == "big": return "x" * event["size"]
    print("line")
    return {"got": event.get("value"), "requestId": context.aws_request_id}
`;

const RUBY = `def handler(event:, context:)
  case event['do']
  when 'fail' then raise ArgumentError, 'boom'
  when 'exit' then exit!(3)
  when 'big' then 'x' * event['size']
  else
    puts 'line'
    { got: event['value'], requestId: context.aws_request_id }
  end
end
`;

const isRunnable = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

const LANGUAGES: readonly Language[] = [
  ...['nodejs24.x', 'nodejs22.x'].map((runtime) => ({
    runtime,
    handler: 'index.handler',
    files: { 'index.mjs': NODE },
    failure: { errorType: 'RangeError', errorMessage: 'boom' },
    isThere: true,
  })),
  {
    runtime: 'python3.12',
    handler: 'app.handler',
    files: { 'app.py': PYTHON },
    failure: {
      errorType: 'ValueError',
      errorMessage: 'boom',
      stackTrace: [expect.stringMatching(/app\.py", line 4, in handler\n/)],
    },
    isThere: isRunnable('python3', '--version'),
  },
  {
    runtime: 'ruby3.4',
    handler: 'app.handler',
    files: { 'app.rb': RUBY },
    failure: { errorType: 'Function<ArgumentError>', errorMessage: 'boom' },
    isThere: isRunnable('ruby', '--version'),
  },
];

describe.each(LANGUAGES)('$runtime behind the real Runtime API', ({ runtime, handler, files, failure, isThere }) => {
  const start = (overrides: Partial<FunctionSnapshot> = {}) => startFunction(files, { runtime, handler, ...overrides });

  it.skipIf(!isThere)('answers, fails and answers again (skipped without an interpreter)', async () => {
    const fn = await start();
    const first = await fn.invoke({ value: 'ü🚀' });
    expect(first.json).toEqual({ got: 'ü🚀', requestId: first.requestId });
    const failed = await fn.invoke({ do: 'fail' });
    expect(failed).toMatchObject({ functionError: 'Unhandled', json: failure });
    expect((await fn.invoke({ value: 2 })).json).toMatchObject({ got: 2 });
    expect(fn.lines.filter((line) => line.trimEnd().endsWith('line'))).toHaveLength(2);
  });

  it.skipIf(!isThere)(
    'carries the largest response and is refused a larger one (skipped without an interpreter)',
    async () => {
      const fn = await start();
      // With its two quotes this is exactly the limit.
      const largest = await fn.invoke({ do: 'big', size: 6_291_554 });
      expect(largest.functionError).toBeUndefined();
      expect(largest.json === 'x'.repeat(6_291_554)).toBe(true);
      expect((await fn.invoke({ do: 'big', size: 6_291_555 })).json).toEqual({
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        errorType: 'Function.ResponseSizeTooLarge',
      });
      expect((await fn.invoke({ value: 3 })).json).toMatchObject({ got: 3 });
    },
  );

  it.skipIf(!isThere)('ends with an exit status and starts anew (skipped without an interpreter)', async () => {
    const fn = await start();
    const { json, requestId } = await fn.invoke({ do: 'exit' });
    expect(json).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`,
    });
    expect((await fn.invoke({ value: 4 })).json).toMatchObject({ got: 4 });
  });

  it.skipIf(!isThere)('fails each invocation when init fails (skipped without an interpreter)', async () => {
    const fn = await start({ handler: 'absent.handler' });
    for (let round = 0; round < 2; round += 1) {
      const { json, functionError } = await fn.invoke({});
      expect(functionError).toBe('Unhandled');
      expect(json).toMatchObject({
        errorType: expect.stringMatching(/^(Runtime\.ImportModuleError|Init<LoadError>)$/),
      });
    }
  });
});

/** A pipe holds 64 KB: these wait for the service to read. */
const MESSAGES = Array.from({ length: 500 }, (_, index) => `${index}:${'x'.repeat(index % 10 === 0 ? 30_000 : 100)}`);
const NODEJS_LOOKER = `export const handler = async () => {
  process.stdout.isTTY;
  for (let n = 0; n < 500; n++) console.log(n + ':' + 'x'.repeat(n % 10 === 0 ? 30_000 : 100));
};`;
const PYTHON_LOOKER = `import logging, os
def handler(event, context):
    os.set_blocking(1, False)
    for n in range(500):
        logging.getLogger().error("%d:%s", n, "x" * (30_000 if n % 10 == 0 else 100))
`;

describe('a function that made its stdout non-blocking, as Node.js does at the first look at it', () => {
  it.each([
    { runtime: 'nodejs24.x', files: { 'index.mjs': NODEJS_LOOKER } },
    { runtime: 'nodejs22.x', files: { 'index.mjs': NODEJS_LOOKER } },
    { runtime: 'python3.13', files: { 'index.py': PYTHON_LOOKER } },
  ])('logs all that it has to say with $runtime', async ({ runtime, files }) => {
    const fn = await startFunction(files as Record<string, string>, { runtime, handler: 'index.handler' });
    for (let round = 1; round <= 2; round += 1) {
      expect(await fn.invoke({})).toMatchObject({ json: null, functionError: undefined });
      expect(fn.lines.map((line) => line.trimEnd().split('\t').at(-1))).toEqual(Array(round).fill(MESSAGES).flat());
    }
  });
});

describe.each(['nodejs24.x', 'nodejs22.x'])('%s streaming behind the real Runtime API', (runtime) => {
  it('streams, and tells of an error in the middle', async () => {
    const source = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('part ');
      if (event.fail) throw new RangeError('boom');
      stream.end('whole'); });`;
    const fn = await startFunction({ 'index.mjs': source }, { runtime, handler: 'index.handler' });
    expect(await fn.stream({})).toMatchObject({ text: 'part whole' });
    const { text, outcome } = await fn.stream({ fail: true });
    expect(text).toBe('part ');
    expect(outcome.streamError?.type).toBe('RangeError');
    expect(JSON.parse(outcome.streamError?.details ?? '')).toMatchObject({ errorMessage: 'boom' });
    expect(await fn.stream({})).toMatchObject({ text: 'part whole' });
  });

  it('tells of the end of a process that was in the middle of its response', async () => {
    const source = `import { setImmediate as turn } from 'node:timers/promises';
    export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('part ');
      await turn();
      process.exit(3); });`;
    const fn = await startFunction({ 'index.mjs': source }, { runtime, handler: 'index.handler' });
    const { text, outcome } = await fn.stream({});
    expect(text).toBe('part ');
    const failure = {
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    };
    expect(outcome.streamError?.type).toBe(failure.errorType);
    expect(JSON.parse(outcome.streamError?.details ?? '')).toEqual(failure);
    expect((await fn.invoke({})).json).toEqual(failure);
  });

  it.each(['best', 'process'] as const)(
    'cuts off a stream that is destroyed, and goes on in the same process (%s isolation)',
    async (isolation) => {
      const source = `import { setImmediate as turn } from 'node:timers/promises';
      let count = 0;
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        count += 1;
        if (event.early) return void stream.destroy(new Error('gone'));
        stream.write('part ');
        await turn();
        if (event.destroy) return void stream.destroy(new Error('gone'));
        stream.end(String(count)); });`;
      const fn = await startFunction({ 'index.mjs': source }, { runtime, handler: 'index.handler' }, isolation);
      expect((await fn.stream({ destroy: true })).outcome.streamError?.type).toBe('Runtime.TruncatedResponse');
      expect(await fn.stream({})).toMatchObject({ text: 'part 2' });
      expect((await fn.stream({ early: true })).outcome.streamError?.type).toBe('Runtime.TruncatedResponse');
      expect(await fn.stream({})).toMatchObject({ text: 'part 4' });
    },
  );
});

const hasJdk = isRunnable('javac', '-version');

describe.skipIf(!hasJdk)('java behind the real Runtime API (skipped without a JDK)', () => {
  it('answers, fails and answers again', async () => {
    const source = `import java.util.*;
      public class App {
        public Object run(Map<String, Object> event) {
          if ("fail".equals(event.get("do"))) throw new IllegalStateException("boom");
          return Collections.singletonMap("got", event.get("value"));
        }
      }`;
    const folder = await createTempFolder('bootstrap-java');
    onTestFinished(() => folder.remove());
    const jar = path.join(packageRoot(), 'dist', 'bootstrap', 'java', 'runtime.jar');
    await writeFile(path.join(folder.path, 'App.java'), source);
    spawnSync('javac', ['-cp', jar, '-d', folder.path, path.join(folder.path, 'App.java')]);
    const fn = await startFunction({}, { runtime: 'java17', handler: 'App::run', codeFolder: folder.path });
    expect((await fn.invoke({ value: 'é' })).json).toEqual({ got: 'é' });
    expect((await fn.invoke({ do: 'fail' })).json).toMatchObject({
      errorMessage: 'boom',
      errorType: 'java.lang.IllegalStateException',
    });
    expect((await fn.invoke({ value: 1 })).json).toEqual({ got: 1 });
  });
});
