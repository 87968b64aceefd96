import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { json, type RunningFunction, startFunction } from './bootstrap-harness.js';

const BOOTSTRAP = path.join(packageRoot(), 'dist', 'bootstrap', 'python', 'bootstrap.py');

interface Python {
  /** `3.12` */
  readonly version: string;
  readonly program: string;
}

/** The Pythons of pyenv on this machine, oldest first. */
function installedPythons(): Python[] {
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .flatMap((name) => {
      const version = /^3\.(9|1\d)\b/.exec(name)?.[0];
      const program = path.join(versions, name, 'bin', 'python3');
      return version !== undefined && existsSync(program) ? [{ version, program }] : [];
    })
    .sort((left, right) => Number(left.version.slice(2)) - Number(right.version.slice(2)));
}

const pythons = installedPythons();
const newest = pythons.at(-1);
const oldest = pythons[0];
const REQUEST_ID = '00000000-0000-4000-8000-000000000001';

interface PythonFunctionOptions {
  readonly python?: Python | undefined;
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasLogDescriptor?: boolean;
}

function startPython(
  files: Readonly<Record<string, string>> | string,
  { python = newest, handler = 'app.handler', ...options }: PythonFunctionOptions = {},
): Promise<RunningFunction> {
  return startFunction({
    command: [python?.program ?? 'python3', BOOTSTRAP],
    runtime: `python${python?.version}`,
    handler,
    files: typeof files === 'string' ? { 'app.py': files } : files,
    ...options,
  });
}

describe.skipIf(newest === undefined)('any Python (skipped without a Python of pyenv)', () => {
  it.each(pythons)('answers event after event over one connection on python$version', async (python) => {
    const fn = await startPython('def handler(event, context):\n    return {"got": event}\n', { python });
    for (const event of [{ a: 1 }, 'ünïcödé ✓ 🚀', null, [1, 2.5]]) {
      const call = await fn.invoke(event);
      expect(call.path).toMatch(/\/response$/);
      expect(call.headers['content-type']).toBe('application/json');
      expect(json(call)).toEqual({ got: event });
    }
    expect(fn.api.connections).toBe(1);
    expect([...fn.api.userAgents]).toEqual([expect.stringMatching(/^aws-lambda-python\/3\.\d+\.\d+-/)]);
  });

  it.each(pythons)('writes non-ASCII as python$version does', async (python) => {
    const fn = await startPython('def handler(event, context):\n    return {"text": "é\\u2028"}\n', { python });
    const isNew = Number(python.version.slice(2)) >= 12;
    expect((await fn.invoke({})).body.toString()).toBe(isNew ? '{"text": "é\\u2028"}' : '{"text": "\\u00e9\\u2028"}');
  });

  it('reports an exception without the request id as python3.8', async () => {
    const env = { AWS_EXECUTION_ENV: 'AWS_Lambda_python3.8' };
    const fn = await startPython('def handler(event, context):\n    raise RuntimeError("old")\n', { env });
    const result = json(await fn.invoke({})) as object;
    expect(result).toMatchObject({ errorMessage: 'old', errorType: 'RuntimeError' });
    expect(Object.keys(result)).toEqual(['errorMessage', 'errorType', 'stackTrace']);
  });

  it.each(pythons)('reports an exception and goes on on python$version', async (python) => {
    const fn = await startPython(
      'def handler(event, context):\n    if event["fail"]:\n        raise RuntimeError("böse")\n    return "fine"\n',
      { python },
    );
    const call = await fn.invoke({ fail: true });
    expect(call.path).toMatch(/\/error$/);
    expect(JSON.stringify(json(call))).toBe(
      JSON.stringify({
        errorMessage: 'böse',
        errorType: 'RuntimeError',
        requestId: REQUEST_ID,
        stackTrace: [`  File "${fn.folder}/app.py", line 3, in handler\n    raise RuntimeError("böse")\n`],
      }),
    );
    const cause = JSON.parse(String(call.headers['lambda-runtime-function-xray-error-cause']));
    expect(cause).toMatchObject({ working_directory: fn.folder, paths: [`${fn.folder}/app.py`] });
    expect(json(await fn.invoke({ fail: false }))).toBe('fine');
    expect(fn.output.stdout).toBe(
      `[ERROR] RuntimeError: böse\rTraceback (most recent call last):\r` +
        `\u00a0\u00a0File "${fn.folder}/app.py", line 3, in handler\r\u00a0\u00a0\u00a0\u00a0raise RuntimeError("böse")\n`,
    );
  });
});

describe.skipIf(newest === undefined)('loading a handler', () => {
  it.each([
    [
      'a module in a package, with a slash',
      { 'pkg/mod.py': 'def run(e, c):\n  return "slash"\n' },
      'pkg/mod.run',
      'slash',
    ],
    ['a module in a package, with a dot', { 'pkg/mod.py': 'def run(e, c):\n  return "dot"\n' }, 'pkg.mod.run', 'dot'],
    [
      'a module beside which another lies',
      { 'app.py': 'import beside\nhandler = beside.run\n', 'beside.py': 'def run(e, c):\n  return "beside"\n' },
      'app.handler',
      'beside',
    ],
    [
      'an object that can be called',
      { 'app.py': 'class C:\n  def __call__(self, e, c):\n    return "callable"\nhandler = C()\n' },
      'app.handler',
      'callable',
    ],
  ])('finds %s', async (_what, files, handler, expected) => {
    const fn = await startPython(files, { handler });
    expect(json(await fn.invoke({}))).toBe(expected);
  });

  it('finds what layers bring, behind the code', async () => {
    const fn = await startPython(
      {
        'app.py': 'import both, extra, sys\ndef handler(e, c):\n  return [both.where, extra.where, sys.path[0] == e]\n',
        'both.py': 'where = "task"\n',
        'opt/python/both.py': 'where = "layer"\n',
        [`opt/python/lib/python${newest?.version}/site-packages/extra.py`]: 'where = "site-packages"\n',
      },
      { env: { LAMBDAKIT_OPT: 'opt' } },
    );
    expect(json(await fn.invoke(fn.folder))).toEqual(['task', 'site-packages', true]);
  });

  it.each([
    [
      'no dot',
      'app',
      'Runtime.MalformedHandlerName',
      "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
    ],
    [
      'a built-in module',
      'sys.handler',
      'Runtime.BuiltInModuleConflict',
      'Cannot use built-in module sys as a handler module',
    ],
    [
      'a missing module',
      'absent.handler',
      'Runtime.ImportModuleError',
      "Unable to import module 'absent': No module named 'absent'",
    ],
    [
      'a missing import',
      'needy.handler',
      'Runtime.ImportModuleError',
      "Unable to import module 'needy': No module named 'nothing_there'",
    ],
    ['a missing function', 'app.other', 'Runtime.HandlerNotFound', "Handler 'other' missing on module 'app'"],
    [
      'a syntax error',
      'broken.handler',
      'Runtime.UserCodeSyntaxError',
      expect.stringMatching(/^Syntax error in module 'broken': .*\(broken.py, line 2\)$/),
    ],
    ['an exception', 'thrower.handler', 'KeyError', "'at load'"],
  ])('refuses %s during init', async (_what, handler, errorType, errorMessage) => {
    const fn = await startPython(
      {
        'app.py': 'def handler(e, c):\n  return 1\n',
        'needy.py': 'import nothing_there\n',
        'broken.py': 'x = 1\ndef handler(e, c:\n',
        'thrower.py': 'raise KeyError("at load")\n',
      },
      { handler },
    );
    const call = await fn.api.initError();
    const body = json(call) as { stackTrace: string[] };
    expect(Object.keys(body)).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    expect(body).toMatchObject({ errorType, errorMessage, requestId: '' });
    expect(call.headers['lambda-runtime-function-error-type']).toBe(errorType);
    expect(await fn.exit).toBe(1);
    const [warning, line] = fn.output.stdout.split('\n');
    expect(warning).toMatch(/^\[WARNING\]\t[\d-]{10}T[\d:]{8}\.\d{3}Z\t\tLAMBDA_WARNING: Unhandled exception\..*\r$/);
    expect(line).toMatch(/^\[ERROR\] \S+: .*\rTraceback \(most recent call last\):/);
    if (handler === 'thrower.handler') {
      expect(body.stackTrace.at(-1)).toBe(
        `  File "${fn.folder}/thrower.py", line 1, in <module>\n    raise KeyError("at load")\n`,
      );
      expect(body.stackTrace.join()).not.toContain('bootstrap.py');
    }
    if (handler === 'broken.handler') {
      expect(body.stackTrace).toEqual([`  File "${fn.folder}/broken.py" Line 2\n    def handler(e, c:\n`]);
    }
  });
});

describe.skipIf(newest === undefined)('events and results', () => {
  it('passes the documented context', async () => {
    const fn = await startPython(
      [
        'import os',
        'def handler(event, c):',
        '  return [c.aws_request_id, c.log_group_name, c.log_stream_name, c.function_name, c.memory_limit_in_mb,',
        '    c.function_version, c.invoked_function_arn, c.tenant_id, c.client_context.custom["name"],',
        '    c.client_context.client.app_title, c.client_context.env, c.identity.cognito_identity_id,',
        '    c.identity.cognito_identity_pool_id, 20000 < c.get_remaining_time_in_millis() <= 30000,',
        '    os.environ["_X_AMZN_TRACE_ID"], repr(c)[:30]]',
      ].join('\n'),
    );
    const call = await fn.invoke(
      {},
      {
        'Lambda-Runtime-Client-Context': '{"custom":{"name":"Zoë"},"client":{"app_title":"t"}}',
        'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
        'Lambda-Runtime-Aws-Tenant-Id': 'blue',
      },
    );
    expect(json(call)).toEqual([
      REQUEST_ID,
      '/aws/lambda/fn',
      '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
      'fn',
      '128',
      '$LATEST',
      'arn:aws:lambda:eu-west-1:123456789012:function:fn',
      'blue',
      'Zoë',
      't',
      null,
      'i',
      'p',
      true,
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      'LambdaContext([aws_request_id=',
    ]);
  });

  it('has an empty identity, no client context and no trace when none were sent', async () => {
    const fn = await startPython(
      'import os\ndef handler(e, c):\n  return [c.identity.cognito_identity_id, c.client_context, os.environ.get("_X_AMZN_TRACE_ID")]\n',
    );
    await fn.invoke({});
    expect(json(await fn.invoke({}, { 'Lambda-Runtime-Trace-Id': '' }))).toEqual([null, null, null]);
  });

  it('carries big payloads both ways', async () => {
    const fn = await startPython('def handler(event, context):\n  return event\n');
    const big = 'x'.repeat(5_900_000);
    expect((await fn.invoke(big)).body.length).toBe(big.length + 2);
    expect(json(await fn.invoke('🚀'.repeat(500_000)))).toBe('🚀'.repeat(500_000));
  });

  it.each([
    ['nothing', 'None', 'null'],
    [
      'decimals by their digits',
      '{"a": decimal.Decimal("1.10"), "b": [decimal.Decimal(7), decimal.Decimal("nan")]}',
      '{"a": 1.10, "b": [7, NaN]}',
    ],
    [
      'named tuples as objects',
      '[collections.namedtuple("P", "x y")(1, {"z": (2, 3)})]',
      '[{"x": 1, "y": {"z": [2, 3]}}]',
    ],
    ['bytes inside as text', '{"a": b"raw"}', '{"a": "raw"}'],
    ['not-a-number', 'float("nan")', 'NaN'],
  ])('writes %s', async (_what, expression, expected) => {
    const fn = await startPython(`import collections, decimal\ndef handler(e, c):\n  return ${expression}\n`);
    expect((await fn.invoke({})).body.toString()).toBe(expected);
  });

  it('sends bytes as they are', async () => {
    const fn = await startPython('def handler(e, c):\n  return bytes([0, 255, 10])\n');
    const call = await fn.invoke({});
    expect(call.headers['content-type']).toBe('application/unknown');
    expect([...call.body]).toEqual([0, 255, 10]);
  });

  it('hands over the raw body of an event that is not JSON', async () => {
    const fn = await startPython('def handler(e, c):\n  return type(e).__name__ + e.decode()\n');
    expect(json(await fn.invoke(Buffer.from('{'), { 'content-type': 'text/plain' }))).toBe('bytes{');
  });

  it.each([
    [
      'a result without JSON',
      'return datetime.datetime.now()',
      Buffer.from('{}'),
      {},
      'Runtime.MarshalError',
      'Unable to marshal response: Object of type datetime is not JSON serializable',
    ],
    [
      'a cyclic result',
      'a = []; a.append(a); return a',
      Buffer.from('{}'),
      {},
      'Runtime.MarshalError',
      'Unable to marshal response: Circular reference detected',
    ],
    [
      'an event that is no JSON',
      'return 1',
      Buffer.from('{"a"'),
      {},
      'Runtime.UnmarshalError',
      expect.stringMatching(/^Unable to unmarshal input: Expecting ':' delimiter/),
    ],
    [
      'a client context that is no JSON',
      'return 1',
      Buffer.from('{}'),
      { 'Lambda-Runtime-Client-Context': '{' },
      'Runtime.LambdaContextUnmarshalError',
      expect.stringMatching(/^Unable to parse Client Context JSON: /),
    ],
  ])('reports %s', async (_what, code, event, headers, errorType, errorMessage) => {
    const fn = await startPython(`import datetime\ndef handler(e, c):\n  ${code}\n`);
    const call = await fn.invoke(event, headers);
    expect(json(call)).toEqual({ errorMessage, errorType, requestId: REQUEST_ID, stackTrace: [] });
    expect(call.headers['lambda-runtime-function-xray-error-cause']).toContain('"LambdaValidationError"');
    expect((await fn.invoke({})).path).toMatch(/\/(response|error)$/);
  });

  it.each([
    ['sys.exit(0)', 0],
    ['sys.exit(3)', 3],
    ['os._exit(9)', 9],
  ])('ends with %s', async (code, exitCode) => {
    const fn = await startPython(`import os, sys\ndef handler(e, c):\n  ${code}\n`);
    await expect(fn.invoke({})).rejects.toThrow(`exited with ${exitCode}`);
    expect(fn.api.posts).toEqual([]);
  });

  it('ends with the code of sys.exit in the module', async () => {
    const fn = await startPython('import sys\nsys.exit(4)\n');
    expect(await fn.exit).toBe(4);
    expect(fn.api.posts).toEqual([]);
  });
});

describe.skipIf(newest === undefined)('logs', () => {
  it('leaves print and stderr alone', async () => {
    const fn = await startPython(
      'import sys\ndef handler(e, c):\n  print("a", "b\\r", "c")\n  print("err", file=sys.stderr)\n  c.log("log\\n")\n',
    );
    await fn.invoke({});
    expect(fn.output).toMatchObject({ stdout: 'a b\r c\nlog\n', stderr: 'err\n' });
  });

  it('writes records from WARNING on as tab-separated lines', async () => {
    const fn = await startPython(
      'import logging\nlogging.warning("early")\ndef handler(e, c):\n  logging.info("hidden")\n  logging.getLogger("x").error("é %d", 1)\n',
    );
    await fn.invoke({});
    const lines = fn.output.stdout.split('\n').map((line) => line.replace(/[\d-]{10}T[\d:]{8}\.\d{3}Z/, 'T'));
    expect(lines).toEqual(['[WARNING]\tT\t\tearly', `[ERROR]\tT\t${REQUEST_ID}\té 1`, '']);
  });

  it('takes TRACE for DEBUG', async () => {
    const fn = await startPython('import logging\ndef handler(e, c):\n  logging.debug("seen")\n', {
      env: { AWS_LAMBDA_LOG_LEVEL: 'TRACE' },
    });
    await fn.invoke({});
    expect(fn.output.stdout).toMatch(/^\[DEBUG\]\t.*\tseen\n$/);
  });

  it('writes JSON records, with errors and extra fields', async () => {
    const fn = await startPython(
      [
        'import logging',
        'def handler(e, c):',
        '  logging.getLogger("app").info("hello %s", "é", extra={"order": 7})',
        '  try:',
        '    raise ValueError("bad")',
        '  except ValueError:',
        '    logging.exception("caught")',
        '  raise LookupError("gone")',
      ].join('\n'),
      { env: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' } },
    );
    await fn.invoke({}, { 'Lambda-Runtime-Aws-Tenant-Id': 'blue' });
    const [info, caught, unhandled] = fn.output.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const timestamp = expect.stringMatching(/^[\d-]{10}T[\d:]{8}Z$/);
    expect(info).toEqual({
      timestamp,
      level: 'INFO',
      message: 'hello é',
      logger: 'app',
      requestId: REQUEST_ID,
      tenantId: 'blue',
      order: 7,
    });
    expect(Object.keys(info).slice(0, 5)).toEqual(['timestamp', 'level', 'message', 'logger', 'requestId']);
    expect(caught).toMatchObject({
      level: 'ERROR',
      stackTrace: [expect.stringContaining('app.py')],
      errorType: 'ValueError',
      errorMessage: 'bad',
      location: `${fn.folder}/app.py:handler:7`,
    });
    expect(Object.keys(unhandled)).toEqual([
      'timestamp',
      'log_level',
      'errorMessage',
      'errorType',
      'requestId',
      'stackTrace',
    ]);
    expect(unhandled).toMatchObject({ timestamp, log_level: 'ERROR', errorType: 'LookupError' });
  });

  it('frames messages for the log descriptor and hides it from the function', async () => {
    const fn = await startPython(
      'import logging, os\ndef handler(e, c):\n  logging.error("é")\n  return [n for n in os.environ if "TELEMETRY" in n or "LAMBDAKIT" in n]\n',
      { hasLogDescriptor: true, env: { LAMBDAKIT_X: '1', AWS_LAMBDA_LOG_LEVEL: 'INFO' } },
    );
    expect(json(await fn.invoke({}))).toEqual([]);
    const { frames } = fn.output;
    expect(frames.readUInt32BE(0)).toBe(0xa55a0017);
    expect(frames.readUInt32BE(4)).toBe(frames.length - 16);
    expect(frames.toString('utf8', 16)).toMatch(/\té\n$/);
  });
});

describe.skipIf(newest === undefined)('SnapStart', () => {
  const snapStart = { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' };

  it('runs the hooks around restore/next, the last registered first', async () => {
    const fn = await startPython(
      [
        'from snapshot_restore_py import register_before_snapshot, register_after_restore',
        'register_before_snapshot(print, "before 1")',
        'register_before_snapshot(print, "before 2")',
        '@register_after_restore',
        'def after():',
        '  print("after")',
        'def handler(e, c):',
        '  return 1',
      ].join('\n'),
      { env: snapStart },
    );
    await fn.invoke({});
    expect(fn.output.stdout).toBe('before 2\nbefore 1\nafter\n');
    expect(fn.api.gets.slice(0, 2)).toEqual(['/restore/next', '/invocation/next']);
  });

  it.each([
    ['before_snapshot', '/init/error', 'Runtime.BeforeSnapshotError', 64],
    ['after_restore', '/restore/error', 'Runtime.AfterRestoreError', 65],
  ])('reports a failing %s hook', async (hook, path, type, exitCode) => {
    const fn = await startPython(
      `import snapshot_restore_py as s\ndef fail():\n  raise OSError("hook")\ns.register_${hook}(fail)\ndef handler(e, c):\n  return 1\n`,
      { env: snapStart },
    );
    expect(await fn.exit).toBe(exitCode);
    const [call] = fn.api.posts;
    expect(call).toMatchObject({ path, headers: { 'lambda-runtime-function-error-type': type } });
    expect(JSON.parse(String(call?.body))).toMatchObject({ errorType: 'OSError', errorMessage: 'hook' });
  });
});

it.skipIf(oldest === undefined)('starts without the slow modules of the standard library', async () => {
  const fn = await startPython('import sys\nSEEN = sorted(sys.modules)\ndef handler(e, c):\n  return SEEN\n', {
    python: oldest,
  });
  const modules = json(await fn.invoke({})) as string[];
  expect(modules).toContain('logging');
  for (const slow of ['http.client', 'email', 'socket', 'ssl', 'decimal', 'selectors'])
    expect(modules).not.toContain(slow);
});
