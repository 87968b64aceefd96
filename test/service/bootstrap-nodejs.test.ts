import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { json, type RunningFunction, startFunction } from './bootstrap-harness.js';

const BOOTSTRAP = path.join(packageRoot(), 'dist', 'bootstrap', 'nodejs', 'index.mjs');
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

interface NodeFunctionOptions {
  readonly runtime?: string;
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasLogDescriptor?: boolean;
}

function startNode(
  files: Readonly<Record<string, string>> | string,
  options: NodeFunctionOptions = {},
): Promise<RunningFunction> {
  return startFunction({
    // Another Node can be named to try the program on all that Lambda's runtimes have.
    command: [process.env.LAMBDAKIT_TEST_NODE ?? process.execPath, BOOTSTRAP],
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    files: typeof files === 'string' ? { 'index.mjs': files } : files,
    ...options,
  });
}

/** A payload whose JSON answer stays just below the limit of 6,291,556 bytes. */
const BIG = 'x'.repeat(5_900_000);

const ESM_PACKAGE = '{"type":"module"}';

describe.each(['nodejs24.x', 'nodejs22.x'])('any handler on %s', (runtime) => {
  it('answers event after event over one connection', async () => {
    const fn = await startNode('export const handler = async (event) => ({ got: event });', { runtime });
    for (const event of [{ a: 1 }, 'ünïcödé ✓ 🚀', null, [1, 2]]) {
      const call = await fn.invoke(event);
      expect(call.path).toMatch(/^\/invocation\/[^/]+\/response$/);
      expect(call.headers['content-type']).toBe('application/json');
      expect(json(call)).toEqual({ got: event });
    }
    expect(fn.api.connections).toBe(1);
    expect([...fn.api.userAgents]).toEqual([expect.stringMatching(/^aws-lambda-nodejs\/v\d+\.\d+\.\d+-/)]);
  });

  it.each([
    ['CommonJS', { 'index.js': 'exports.handler = async () => "cjs";' }, 'index.handler', 'cjs'],
    ['a .cjs file', { 'index.cjs': 'exports.handler = async () => "cjs";' }, 'index.handler', 'cjs'],
    [
      'an ES module named .js',
      { 'index.js': 'export const handler = async () => "esm";', 'package.json': ESM_PACKAGE },
      'index.handler',
      'esm',
    ],
    [
      'top-level await',
      { 'index.mjs': 'const word = await Promise.resolve("tla"); export const handler = async () => word;' },
      'index.handler',
      'tla',
    ],
    ['a file in a folder', { 'src/app.js': 'exports.run = async () => "folder";' }, 'src/app.run', 'folder'],
    [
      'a nested export',
      { 'index.js': 'exports.api = { v1: { get: async () => "nested" } };' },
      'index.api.v1.get',
      'nested',
    ],
    ['a file without extension', { index: 'exports.handler = async () => "bare";' }, 'index.handler', 'bare'],
    [
      'a package beside the code',
      { 'node_modules/app/index.js': 'exports.handler = async () => "package";' },
      'app.handler',
      'package',
    ],
  ])('loads %s', async (_what, files, handler, expected) => {
    const fn = await startNode(files, { runtime, handler });
    expect(json(await fn.invoke({}))).toBe(expected);
  });

  it('passes the documented context', async () => {
    const fn = await startNode(
      `export const handler = async (_event, context) => ({
        ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`,
      { runtime },
    );
    const call = await fn.invoke(
      {},
      {
        'Lambda-Runtime-Client-Context': '{"custom":{"name":"Zoë 🚀"}}',
        'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
        'Lambda-Runtime-Aws-Tenant-Id': 'blue',
      },
    );
    const context = json(call) as { remaining: number };
    expect(context).toMatchObject({
      functionName: 'fn',
      functionVersion: '$LATEST',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/fn',
      logStreamName: '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
      clientContext: { custom: { name: 'Zoë 🚀' } },
      identity: { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:fn',
      awsRequestId: '00000000-0000-4000-8000-000000000001',
      tenantId: 'blue',
      trace: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    });
    expect(context.remaining).toBeGreaterThan(20_000);
    expect(context.remaining).toBeLessThanOrEqual(30_000);
  });

  it('removes the trace variable when an event has no trace header', async () => {
    const fn = await startNode('export const handler = async () => process.env._X_AMZN_TRACE_ID ?? "none";', {
      runtime,
    });
    expect(json(await fn.invoke({}))).toContain('Root=');
    expect(json(await fn.invoke({}, { 'Lambda-Runtime-Trace-Id': '' }))).toBe('none');
  });

  it('hides its own variables from the function', async () => {
    const fn = await startNode(
      'export const handler = async () => Object.keys(process.env).filter((n) => /LAMBDAKIT|TELEMETRY/.test(n));',
      { runtime, hasLogDescriptor: true, env: { LAMBDAKIT_SECRET: 'x' } },
    );
    expect(json(await fn.invoke({}))).toEqual([]);
  });

  it('offers the garbage collector as the flag of Node.js does', async () => {
    const fn = await startNode(
      `export const handler = async () => {
        const held = new WeakRef({});
        // What a WeakRef was made of lives until the end of the job.
        await new Promise((resolve) => setImmediate(resolve));
        const result = gc({ type: 'major', execution: 'sync' });
        return {
          isCollected: held.deref() === undefined, result: String(result), name: gc.name, flag: process.execArgv[0],
          descriptor: { ...Object.getOwnPropertyDescriptor(globalThis, 'gc'), value: typeof gc },
        };
      };`,
      { runtime },
    );
    const expected = {
      ...{ isCollected: true, result: 'undefined', name: 'gc', flag: '--expose-gc' },
      descriptor: { value: 'function', writable: true, enumerable: true, configurable: false },
    };
    expect(json(await fn.invoke({}))).toEqual(expected);
    expect(json(await fn.invoke({}))).toEqual(expected);
  });

  it('carries big payloads both ways', async () => {
    const fn = await startNode('export const handler = async (event) => event;', { runtime });
    const call = await fn.invoke(BIG);
    expect(call.body.length).toBe(BIG.length + 2);
    expect(call.body.equals(Buffer.from(JSON.stringify(BIG)))).toBe(true);
    expect(json(await fn.invoke('🚀'.repeat(500_000)))).toBe('🚀'.repeat(500_000));
  });

  it('turns no result into null', async () => {
    const fn = await startNode('export const handler = async () => {};', { runtime });
    expect((await fn.invoke({})).body.toString()).toBe('null');
  });

  it('reports a thrown error and goes on', async () => {
    const fn = await startNode(
      `export const handler = async (event) => {
        if (event.fail) throw Object.assign(new RangeError('boom\\x7F'), { code: 'E_BOOM', detail: { n: 1 } });
        return 'fine'; };`,
      { runtime },
    );
    const call = await fn.invoke({ fail: true });
    expect(call.path).toMatch(/\/error$/);
    expect(Object.keys(json(call) as object)).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(json(call)).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'boom%7F',
      trace: expect.arrayContaining(['RangeError: boom%7F']),
    });
    const [, frame] = (json(call) as { trace: string[] }).trace;
    expect(frame).toMatch(/^ {4}at Runtime\.handler \(file:.*index\.mjs:2:\d+\)$/);
    const cause = JSON.parse(String(call.headers['lambda-runtime-function-xray-error-cause']));
    expect(cause).toMatchObject({ working_directory: fn.folder, exceptions: [{ type: 'RangeError' }] });
    expect(call.headers['lambda-runtime-function-error-type']).toBeUndefined();
    expect(json(await fn.invoke({}))).toBe('fine');
    const line = fn.output.stdout.split('\n').find((text) => text.includes('Invoke Error'));
    const [time, requestId, level, label, error] = line?.split('\t') ?? [];
    expect([requestId, level, label]).toEqual(['00000000-0000-4000-8000-000000000001', 'ERROR', 'Invoke Error ']);
    expect(time).toMatch(TIME);
    expect(Object.keys(JSON.parse(error ?? ''))).toEqual(['errorType', 'errorMessage', 'code', 'detail', 'stack']);
  });

  it.each([
    ['a string', "'plain'", { errorType: 'string', errorMessage: 'plain', trace: [] }],
    ['a number', '42', { errorType: 'number', errorMessage: '42', trace: [] }],
    ['an object', '{ a: 1 }', { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
  ])('reports %s that was thrown', async (_what, thrown, expected) => {
    const fn = await startNode(`export const handler = async () => { throw ${thrown}; };`, { runtime });
    expect(json(await fn.invoke({}))).toEqual(expected);
  });

  it('reports an error whose properties cannot be read', async () => {
    const fn = await startNode(
      `export const handler = async () => {
        throw Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('no'); } }); };`,
      { runtime },
    );
    expect(json(await fn.invoke({}))).toMatchObject({ errorType: 'handled' });
  });

  it('ends with the code that the function gives to process.exit', async () => {
    const fn = await startNode('export const handler = async () => process.exit(7);', { runtime });
    await expect(fn.invoke({})).rejects.toThrow('exited with 7');
  });

  it('leaves process.stdout.write and stderr alone', async () => {
    const fn = await startNode(
      "export const handler = async () => { process.stdout.write('raw\\n'); process.stderr.write('err\\n'); };",
      { runtime },
    );
    await fn.invoke({});
    expect(fn.output).toMatchObject({ stdout: 'raw\n', stderr: 'err\n' });
  });

  it('writes console calls as tab-separated lines, one per call', async () => {
    const fn = await startNode(
      `console.log('early');
      export const handler = async () => {
        console.log('a %s %o', 'b', 1); console.info({ x: [1] }); console.debug('d'); console.warn('w');
        console.error('e\\nf'); console.trace('t'); console.fatal('f'); console.log(); };`,
      { runtime },
    );
    await fn.invoke({});
    const id = '00000000-0000-4000-8000-000000000001';
    const lines = fn.output.stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(TIME, 'T'))).toEqual([
      `T\t${runtime === 'nodejs24.x' ? '-' : 'undefined'}\tINFO\tearly`,
      `T\t${id}\tINFO\ta b 1`,
      `T\t${id}\tINFO\t{ x: [ 1 ] }`,
      `T\t${id}\tDEBUG\td`,
      `T\t${id}\tWARN\tw`,
      `T\t${id}\tERROR\te\rf`,
      `T\t${id}\tTRACE\tt`,
      `T\t${id}\tFATAL\tf`,
      `T\t${id}\tINFO\tundefined`,
    ]);
  });

  it('writes JSON lines and leaves out what is below the level', async () => {
    const fn = await startNode(
      `export const handler = async () => {
        console.debug('hidden'); console.info('hidden too'); console.warn({ a: 1 });
        console.error(Object.assign(new TypeError('bad'), { code: 'E1' })); console.error('with', new TypeError('bad'));
        const loop = { name: 'loop' }; loop.self = loop; console.warn(loop); console.warn('%s!', 'hi'); console.warn(new Error('first'), 'and more'); };`,
      { runtime, env: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'warn' } },
    );
    await fn.invoke({}, { 'Lambda-Runtime-Aws-Tenant-Id': 'blue' });
    const lines = fn.output.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => Object.keys(line).slice(0, 4).join())).toEqual(
      Array(6).fill('timestamp,level,requestId,tenantId'),
    );
    expect(lines[0]).toMatchObject({
      timestamp: expect.stringMatching(TIME),
      level: 'WARN',
      requestId: '00000000-0000-4000-8000-000000000001',
      tenantId: 'blue',
      message: { a: 1 },
    });
    expect(lines[1].message).toMatchObject({ errorType: 'TypeError', errorMessage: 'bad', code: 'E1' });
    expect(lines[1].message.stackTrace[0]).toBe('TypeError: bad');
    expect(lines[2]).toMatchObject({ errorType: 'TypeError', errorMessage: 'bad' });
    expect(lines[2].message).toMatch(/^with TypeError: bad/);
    expect(lines[3].message).toContain('[Circular *1]');
    expect(lines[4].message).toBe('hi!');
    expect(lines[5].message).toMatch(/^Error: first\n.*and more$/s);
    expect(lines[5]).not.toHaveProperty('errorType');
  });

  it('frames messages for the log descriptor and keeps their line breaks', async () => {
    const fn = await startNode("export const handler = async () => { console.warn('ä\\nb'); };", {
      runtime,
      hasLogDescriptor: true,
    });
    const before = Date.now();
    await fn.invoke({});
    const { frames, stdout } = fn.output;
    expect(stdout).toBe('');
    expect(frames.readUInt32BE(0)).toBe((0xa55a0003 | 16) >>> 0);
    expect(frames.readUInt32BE(4)).toBe(frames.length - 16);
    expect(Number(frames.readBigUInt64BE(8)) / 1000).toBeGreaterThanOrEqual(before - 1);
    expect(frames.toString('utf8', 16)).toMatch(/\tWARN\tä\nb\n$/);
  });

  it.each([
    [
      'a handler with ..',
      'index.mjs',
      '../index.handler',
      'Runtime.MalformedHandlerName',
      "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
    ],
    ['a handler without a dot', 'index.mjs', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    [
      'a missing export',
      'index.mjs',
      'index.other',
      'Runtime.HandlerNotFound',
      'index.other is undefined or not exported',
    ],
    [
      'an export that is no function',
      'index.mjs',
      'index.word',
      'Runtime.HandlerNotFound',
      'index.word is not a function',
    ],
    [
      'a missing module',
      'index.mjs',
      'app.handler',
      'Runtime.ImportModuleError',
      expect.stringMatching(/^Error: Cannot find module 'app'\nRequire stack:\n- .*index\.mjs$/),
    ],
    [
      'a module that requires a missing one',
      'needy.cjs',
      'needy.handler',
      'Runtime.ImportModuleError',
      expect.stringMatching(/^Error: Cannot find module 'absent'\nRequire stack:\n- .*needy\.cjs/),
    ],
    [
      'a syntax error',
      'broken.cjs',
      'broken.handler',
      'Runtime.UserCodeSyntaxError',
      expect.stringMatching(/^SyntaxError: /),
    ],
    ['a module that throws', 'thrower.mjs', 'thrower.handler', 'RangeError', 'at load'],
    [
      'a missing package of an ES module',
      'importer.mjs',
      'importer.handler',
      'Error',
      expect.stringMatching(/^Cannot find package 'absent' imported from .*importer\.mjs$/),
    ],
    [
      'a wrong streaming mark',
      'marked.mjs',
      'marked.handler',
      'Runtime.MalformedStreamingHandler',
      'Only response streaming is supported.',
    ],
  ])('refuses %s during init', async (_what, file, handler, errorType, errorMessage) => {
    const contents: Record<string, string> = {
      'index.mjs': "export const handler = () => 1; export const word = 'x';",
      'needy.cjs': "require('absent'); exports.handler = () => 1;",
      'broken.cjs': 'exports.handler = () => {;',
      'thrower.mjs': "throw new RangeError('at load');",
      'importer.mjs': "import 'absent'; export const handler = () => 1;",
      'marked.mjs':
        "export const handler = () => 1; handler[Symbol.for('aws.lambda.runtime.handler.streaming')] = 'request';",
    };
    const fn = await startNode({ [file]: contents[file] ?? '' }, { runtime, handler });
    const call = await fn.api.initError();
    expect(json(call)).toMatchObject({ errorType, errorMessage });
    expect(Object.keys(json(call) as object)).toEqual(['errorType', 'errorMessage', 'trace']);
    expect(call.headers['lambda-runtime-function-error-type']).toBe(errorType);
    const isNew = runtime === 'nodejs24.x';
    expect(await fn.exit).toBe(isNew ? 1 : 129);
    const label = isNew
      ? '\t-\tERROR\tInit Error \t{"errorType":'
      : '\tundefined\tERROR\tUncaught Exception \t{"errorType":';
    expect(fn.output.stdout).toContain(`${label}${JSON.stringify(errorType)}`);
    expect(fn.api.gets).toEqual([]);
  });
});

describe.each(['nodejs24.x', 'nodejs22.x'])('streaming on %s', (runtime) => {
  it('streams chunks, objects and multi-byte text', async () => {
    const fn = await startNode(
      `export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
        stream.setContentType('text/plain');
        stream.write('ä'); stream.write(new Uint8Array([226, 156, 147])); stream.write({ id: context.awsRequestId.length });
        stream.write(''); stream.end('!'); });`,
      { runtime },
    );
    const call = await fn.invoke({});
    expect(call.body.toString()).toBe('ä✓{"id":36}!');
    expect(call.headers).toMatchObject({
      'lambda-runtime-function-response-mode': 'streaming',
      'transfer-encoding': 'chunked',
      'content-type': 'text/plain',
      trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    });
    expect(call.trailers).toEqual({});
    expect((await fn.invoke({})).body.toString()).toBe('ä✓{"id":36}!');
    expect(fn.api.connections).toBe(1);
  });

  it('puts metadata in front of an HTTP response', async () => {
    const fn = await startNode(
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } });
        http.write('body'); http.end(); });`,
      { runtime },
    );
    const call = await fn.invoke({});
    expect(call.headers['content-type']).toBe('application/vnd.awslambda.http-integration-response');
    expect(call.body.toString('latin1')).toBe(`{"statusCode":201,"headers":{"a":"b"}}${'\0'.repeat(8)}body`);
  });

  it('honours back pressure of a large pipeline', async () => {
    const fn = await startNode(
      `import { Readable } from 'node:stream'; import { pipeline } from 'node:stream/promises';
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        function* chunks() { for (let i = 0; i < 200; i += 1) yield Buffer.alloc(100_000, i); }
        await pipeline(Readable.from(chunks()), stream); }, { highWaterMark: 1024 });`,
      { runtime },
    );
    const { body } = await fn.invoke({});
    expect(body.length).toBe(20_000_000);
    expect(body[19_999_999]).toBe(199);
  });

  it('reports an error in the trailers, also after bytes were sent', async () => {
    const fn = await startNode(
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        if (event.write) stream.write('part');
        throw new TypeError('broken'); });`,
      { runtime },
    );
    for (const write of [true, false]) {
      const call = await fn.invoke({ write });
      expect(call.path).toMatch(/\/response$/);
      expect(call.body.toString()).toBe(write ? 'part' : '');
      expect(call.trailers['lambda-runtime-function-error-type']).toBe('TypeError');
      const report = JSON.parse(
        Buffer.from(String(call.trailers['lambda-runtime-function-error-body']), 'base64').toString(),
      );
      expect(Object.keys(report)).toEqual(['errorType', 'errorMessage', 'trace']);
      expect(report).toMatchObject({ errorType: 'TypeError', errorMessage: 'broken' });
    }
    expect(fn.output.stdout).toContain('\tERROR\tInvoke Error \t{"errorType":"TypeError"');
  });

  it('refuses a handler without a promise and ignores what a promise yields', async () => {
    const fn = await startNode(
      `export const handler = awslambda.streamifyResponse((event, stream) => {
        if (event.plain) return 'x';
        stream.end('done');
        return Promise.resolve('ignored'); });`,
      { runtime },
    );
    const { trailers } = await fn.invoke({ plain: true });
    expect(trailers['lambda-runtime-function-error-type']).toBe(runtime === 'nodejs24.x' ? 'Error' : 'string');
    expect(
      JSON.parse(Buffer.from(String(trailers['lambda-runtime-function-error-body']), 'base64').toString()).errorMessage,
    ).toBe('Streaming does not support non-async handlers.');
    expect((await fn.invoke({})).body.toString()).toBe('done');
    await fn.invoke({});
    expect(fn.output.stdout).toContain('\tWARN\tStreaming handlers ignore return values.\n');
  });

  it('refuses a content type after the first byte', async () => {
    const fn = await startNode(
      `export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.write('x'); stream.setContentType('text/plain'); });`,
      { runtime },
    );
    const { trailers } = await fn.invoke({});
    expect(trailers['lambda-runtime-function-error-type']).toBe('Runtime.InvalidStreamingOperation');
  });

  it('cuts the response off when the stream is destroyed, and takes the next event', async () => {
    const fn = await startNode(
      `import { setImmediate as turn } from 'node:timers/promises';
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.write('x');
        if (event.ok) return void stream.end();
        await turn(); stream.destroy(new Error('gone')); });`,
      { runtime },
    );
    expect((await fn.invoke({})).isTruncated).toBe(true);
    expect(await fn.invoke({ ok: true })).toMatchObject({ isTruncated: false });
  });
});

describe('nodejs24.x alone', () => {
  it('refuses a handler that takes a callback', async () => {
    const fn = await startNode('export const handler = (event, context, callback) => callback(null, 1);');
    expect(json(await fn.api.initError())).toMatchObject({
      errorType: 'Runtime.CallbackHandlerDeprecated',
      errorMessage: expect.stringMatching(
        /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
      ),
    });
    expect(await fn.exit).toBe(1);
  });

  it('takes a plain return value as the response', async () => {
    const fn = await startNode('export const handler = (event) => ({ sum: event.a + event.b });');
    expect(json(await fn.invoke({ a: 1, b: 2 }))).toEqual({ sum: 3 });
  });

  it('finds an export on the default export of a CommonJS module', async () => {
    const fn = await startNode({
      'index.cjs': 'const api = {}; api["han" + "dler"] = async () => "dynamic"; module.exports = api;',
    });
    expect(json(await fn.invoke({}))).toBe('dynamic');
  });

  it.each([
    [
      'a cyclic result',
      'const a = {}; a.a = a; return a;',
      'Runtime.JSONStringifyError',
      'Unable to stringify response body',
    ],
    ['a BigInt', 'return 1n;', 'Runtime.JSONStringifyError', 'Unable to stringify response body'],
    ['a function', 'return () => 1;', 'TypeError', 'Wrong arguments'],
  ])('reports %s as an error', async (_what, code, errorType, errorMessage) => {
    const fn = await startNode(`export const handler = async () => { ${code} };`);
    expect(json(await fn.invoke({}))).toMatchObject({ errorType, errorMessage });
  });

  it.each([
    ['an uncaught exception', "setImmediate(() => { throw new Error('late'); });"],
    ['an unhandled rejection', "Promise.reject(new Error('late'));"],
  ])("ends with Node's own code 1 on %s", async (_what, code) => {
    const fn = await startNode(`export const handler = async () => { ${code} return new Promise(() => {}); };`);
    await expect(fn.invoke({})).rejects.toThrow('exited with 1');
    expect(fn.output.stderr).toContain('Error: late');
    expect(fn.api.posts).toEqual([]);
  });

  it('ends with 0 when the promise can never settle', async () => {
    const fn = await startNode('export const handler = () => new Promise(() => {});');
    await expect(fn.invoke({})).rejects.toThrow('exited with 0');
  });

  it('does not wait for the event loop', async () => {
    const fn = await startNode('export const handler = async () => { setInterval(() => {}, 1000); return 1; };');
    expect(json(await fn.invoke({}))).toBe(1);
    expect(json(await fn.invoke({}))).toBe(1);
  });

  it('offers the invoke store', async () => {
    const fn = await startNode(
      `export const handler = async () => {
        const store = awslambda.InvokeStore; store.set('mine', 1);
        let refused; try { store.set(store.constructor.PROTECTED_KEYS.REQUEST_ID, 'x'); } catch (e) { refused = e.message; }
        return { keys: Object.keys(awslambda), id: store.getRequestId(), trace: store.getXRayTraceId(),
          tenant: store.getTenantId(), mine: store.get('mine'), has: store.hasContext(), refused }; };`,
    );
    expect(json(await fn.invoke({}, { 'Lambda-Runtime-Aws-Tenant-Id': 'blue' }))).toEqual({
      keys: ['streamifyResponse', 'HttpResponseStream', 'InvokeStore'],
      id: '00000000-0000-4000-8000-000000000001',
      trace: expect.stringMatching(/^Root=1-/),
      tenant: 'blue',
      mine: 1,
      has: true,
      refused: 'Cannot modify protected Lambda context field: Symbol(_AWS_LAMBDA_REQUEST_ID)',
    });
  });

  it('leaves the global out when told so', async () => {
    const fn = await startNode('export const handler = async () => typeof awslambda;', {
      env: { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: 'true' },
    });
    expect(json(await fn.invoke({}))).toBe('undefined');
  });

  it('keeps the key order of the platform in the context', async () => {
    const fn = await startNode('export const handler = async (_event, context) => Object.keys(context);');
    expect(json(await fn.invoke({}))).toEqual([
      'clientContext',
      'identity',
      'invokedFunctionArn',
      'awsRequestId',
      'tenantId',
      'xRayTraceId',
      'getRemainingTimeInMillis',
      'functionName',
      'functionVersion',
      'memoryLimitInMB',
      'logGroupName',
      'logStreamName',
    ]);
  });

  it('stops when the platform leaves out a variable that every environment has', async () => {
    const fn = await startNode('export const handler = async () => 1;', { env: { AWS_LAMBDA_FUNCTION_NAME: '' } });
    await expect(fn.invoke({})).rejects.toThrow('exited with 1');
    expect(fn.output.stderr).toContain('Missing required environment variables: AWS_LAMBDA_FUNCTION_NAME');
  });
});

describe('nodejs22.x alone', () => {
  const runtime = 'nodejs22.x';

  it.each([
    ['the callback', 'callback(null, { way: "callback" });', { way: 'callback' }],
    ['context.succeed', 'context.succeed("s");', 's'],
    ['context.done', 'context.done(null, "d");', 'd'],
    [
      'only the first completion',
      'context.done(null, "first"); context.succeed("second"); callback(null, 3);',
      'first',
    ],
    ['nothing', 'return "ignored";', null],
    ['a promise before the callback', 'callback(null, "late"); return Promise.resolve("p");', 'late'],
  ])('answers with %s', async (_what, code, expected) => {
    const fn = await startNode(
      { 'index.js': `exports.handler = (event, context, callback) => { ${code} };` },
      { runtime },
    );
    expect(json(await fn.invoke({}))).toEqual(expected);
    expect(json(await fn.invoke({}))).toEqual(expected);
  });

  it.each([
    ['the callback', "callback(new RangeError('r'));", { errorType: 'RangeError', errorMessage: 'r' }],
    ['context.fail', "context.fail('f');", { errorType: 'string', errorMessage: 'f' }],
    ['context.fail without an error', 'context.fail();', { errorType: 'string', errorMessage: 'handled' }],
    ['a thrown error', "throw new RangeError('t');", { errorType: 'RangeError', errorMessage: 't' }],
  ])('fails with %s', async (_what, code, expected) => {
    const fn = await startNode(
      { 'index.js': `exports.handler = (event, context, callback) => { ${code} };` },
      { runtime },
    );
    const call = await fn.invoke({});
    expect(call.path).toMatch(/\/error$/);
    expect(json(call)).toMatchObject(expected);
  });

  it('waits for the empty event loop by default', async () => {
    const fn = await startNode(
      {
        'index.js': `exports.handler = (event, context, callback) => {
          setTimeout(() => console.log('timer ran'), 30); callback(null, 1); };`,
      },
      { runtime },
    );
    await fn.invoke({});
    expect(fn.output.stdout).toContain('timer ran');
  });

  it('answers at once when callbackWaitsForEmptyEventLoop is false', async () => {
    const fn = await startNode(
      {
        'index.js': `exports.handler = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, 1); };`,
      },
      { runtime },
    );
    expect(json(await fn.invoke({}))).toBe(1);
    expect(json(await fn.invoke({}))).toBe(1);
  });

  it('fails an async handler whose promise can never settle', async () => {
    const fn = await startNode({ 'index.js': 'exports.handler = async () => new Promise(() => {});' }, { runtime });
    for (let round = 0; round < 2; round += 1) {
      expect(json(await fn.invoke({}))).toMatchObject({ errorType: 'Runtime.NodeJsExit' });
    }
  });

  it('reports an uncaught exception and exits with 129', async () => {
    const fn = await startNode(
      { 'index.js': "exports.handler = () => { setTimeout(() => { throw new TypeError('late'); }, 5); };" },
      { runtime },
    );
    expect(json(await fn.invoke({}))).toMatchObject({ errorType: 'TypeError', errorMessage: 'late' });
    expect(await fn.exit).toBe(129);
    expect(fn.output.stdout).toContain('\tERROR\tUncaught Exception \t{"errorType":"TypeError"');
  });

  it('reports an unhandled rejection with its reason in the log and exits with 128', async () => {
    const fn = await startNode(
      {
        'index.js':
          "exports.handler = async () => { Promise.reject(new Error('boom')); await new Promise((r) => setTimeout(r, 1e4)); };",
      },
      { runtime },
    );
    expect(json(await fn.invoke({}))).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: boom',
      trace: expect.arrayContaining(['Runtime.UnhandledPromiseRejection: Error: boom']),
    });
    expect(await fn.exit).toBe(128);
    const logged = JSON.parse(fn.output.stdout.split('\t').at(-1) ?? '');
    expect(logged).toMatchObject({ reason: { errorType: 'Error', errorMessage: 'boom' }, promise: {} });
  });

  it('reports what goes wrong asynchronously during init', async () => {
    const fn = await startNode(
      {
        'index.mjs':
          "setImmediate(() => { throw new Error('in init'); }); await new Promise((r) => setTimeout(r, 1e4));",
      },
      { runtime },
    );
    expect(json(await fn.api.initError())).toMatchObject({ errorType: 'Error', errorMessage: 'in init' });
    expect(await fn.exit).toBe(129);
  });

  it('keeps the key order of the platform in the context', async () => {
    const fn = await startNode('export const handler = async (_event, context) => Object.keys(context);', { runtime });
    expect(json(await fn.invoke({}))).toEqual([
      'callbackWaitsForEmptyEventLoop',
      'succeed',
      'fail',
      'done',
      'functionVersion',
      'functionName',
      'memoryLimitInMB',
      'logGroupName',
      'logStreamName',
      'clientContext',
      'identity',
      'invokedFunctionArn',
      'awsRequestId',
      'tenantId',
      'getRemainingTimeInMillis',
    ]);
  });

  it('warns of callbacks, unless told not to', async () => {
    const files = { 'index.js': 'exports.handler = (event, context, callback) => callback(null, 1);' };
    const loud = await startNode(files, { runtime });
    await loud.invoke({});
    expect(loud.output.stdout).toMatch(/\tundefined\tWARN\tThis handler takes a callback/);
    const quiet = await startNode(files, { runtime, env: { AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING: '1' } });
    await quiet.invoke({});
    expect(quiet.output.stdout).toBe('');
  });
});
