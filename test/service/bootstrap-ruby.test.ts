import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/system/package-root.js';
import { json, type RunningFunction, startFunction } from './bootstrap-harness.js';

const BOOTSTRAP = path.join(packageRoot(), 'dist', 'bootstrap', 'ruby', 'bootstrap.rb');
const REQUEST_ID = '00000000-0000-4000-8000-000000000001';
const hasRuby = spawnSync('ruby', ['--version']).status === 0;

interface RubyFunctionOptions {
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasLogDescriptor?: boolean;
}

function startRuby(
  files: Readonly<Record<string, string>> | string,
  { handler = 'app.handler', ...options }: RubyFunctionOptions = {},
): Promise<RunningFunction> {
  return startFunction({
    command: ['ruby', BOOTSTRAP],
    runtime: 'ruby3.4',
    handler,
    files: typeof files === 'string' ? { 'app.rb': files } : files,
    ...options,
  });
}

describe.skipIf(!hasRuby)('the Ruby bootstrap (skipped without ruby on the PATH)', () => {
  it('answers event after event over one connection', async () => {
    const fn = await startRuby('def handler(event:, context:)\n  { got: event }\nend\n');
    for (const event of [{ a: 1 }, 'ünïcödé ✓ 🚀', null, [1, 2.5]]) {
      const call = await fn.invoke(event);
      expect(call.path).toMatch(/\/response$/);
      expect(call.headers['content-type']).toBe('application/json');
      expect(json(call)).toEqual({ got: event });
    }
    expect(fn.api.connections).toBe(1);
    expect([...fn.api.userAgents]).toEqual([expect.stringMatching(/^aws-lambda-ruby\/3\.\d+\.\d+-/)]);
  });

  it.each([
    [
      'a class method in a module, in a folder',
      { 'src/app.rb': 'module A\n class B\n  def self.run(event:, context:) = "class"\n end\nend\n' },
      'src/app.A::B.run',
      'class',
    ],
    [
      'a file that requires another by the task root',
      { 'app.rb': 'require "beside"\ndef handler(event:, context:) = WORD\n', 'beside.rb': 'WORD = "beside"\n' },
      'app.handler',
      'beside',
    ],
  ])('finds %s', async (_what, files, handler, expected) => {
    const fn = await startRuby(files, { handler });
    expect(json(await fn.invoke({}))).toBe(expected);
  });

  it('passes the documented context', async () => {
    const fn = await startRuby(
      [
        'def handler(event:, context:)',
        '  names = %i[aws_request_id invoked_function_arn log_group_name log_stream_name function_name',
        '    memory_limit_in_mb function_version identity tenant_id client_context]',
        '  names.map { |name| context.public_send(name) } + [ENV["_X_AMZN_TRACE_ID"],',
        '    context.deadline_ms.is_a?(Integer), context.get_remaining_time_in_millis.between?(20_000, 30_000)]',
        'end',
      ].join('\n'),
    );
    const call = await fn.invoke(
      {},
      {
        'Lambda-Runtime-Client-Context': '{"custom":{"name":"Zoë"}}',
        'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i"}',
        'Lambda-Runtime-Aws-Tenant-Id': 'blue',
      },
    );
    expect(json(call)).toEqual([
      REQUEST_ID,
      'arn:aws:lambda:eu-west-1:123456789012:function:fn',
      '/aws/lambda/fn',
      '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
      'fn',
      '128',
      '$LATEST',
      { cognitoIdentityId: 'i' },
      'blue',
      { custom: { name: 'Zoë' } },
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      true,
      true,
    ]);
  });

  it('carries big payloads both ways', async () => {
    const fn = await startRuby('def handler(event:, context:) = event\n');
    const big = 'x'.repeat(5_900_000);
    expect((await fn.invoke(big)).body.length).toBe(big.length + 2);
    expect(json(await fn.invoke('🚀'.repeat(500_000)))).toBe('🚀'.repeat(500_000));
  });

  it('sends an IO as it is and hands over an event that is not JSON', async () => {
    const fn = await startRuby('require "stringio"\ndef handler(event:, context:) = StringIO.new("raw " + event)\n');
    const call = await fn.invoke(Buffer.from('{'), { 'content-type': 'text/plain' });
    expect(call.body.toString()).toBe('raw {');
    expect(call.headers['content-type']).toBe('application/unknown');
  });

  it('reports a standard error and goes on', async () => {
    const fn = await startRuby(
      'class Odd < StandardError; end\ndef handler(event:, context:)\n  raise Odd, "böse" if event["odd"]\n  raise ArgumentError, "bad" if event["bad"]\n  "fine"\nend\n',
    );
    const odd = await fn.invoke({ odd: true });
    expect(odd.path).toMatch(/\/error$/);
    expect(odd.headers['lambda-runtime-function-error-type']).toBe('Function<UserException>');
    expect(Object.keys(json(odd) as object)).toEqual(['errorMessage', 'errorType', 'stackTrace']);
    expect(json(odd)).toEqual({
      errorMessage: 'böse',
      errorType: 'Function<Odd>',
      stackTrace: [expect.stringMatching(/^.*\/app\.rb:3:in .*handler'$/)],
    });
    const cause = JSON.parse(String(odd.headers['lambda-runtime-function-xray-error-cause']));
    expect(cause).toMatchObject({ working_directory: fn.folder, exceptions: [{ stack: [{ line: 3 }] }] });
    const bad = await fn.invoke({ bad: true });
    expect(bad.headers['lambda-runtime-function-error-type']).toBe('Function<ArgumentError>');
    expect(json(await fn.invoke({}))).toBe('fine');
    expect(fn.output.stdout).toContain('Error raised from handler method\n{\n  "errorMessage": "böse"');
  });

  it.each([
    ['a missing method', 'nil.nothing_there', 'Function<NoMethodError>'],
    ['a missing name', 'nothing_there', 'Function<NameError>'],
    ['exit', 'exit 3', 'Function<SystemExit>'],
    ['an Exception', 'raise Exception, "x"', 'Function<Exception>'],
    ['a stack overflow', 'handler(event: event, context: context)', 'Function<SystemStackError>'],
  ])('reports %s and exits with 255', async (_what, code, errorType) => {
    const fn = await startRuby(`def handler(event:, context:)\n  ${code}\nend\n`);
    const call = await fn.invoke({});
    expect(json(call)).toMatchObject({ errorType });
    expect((json(call) as { stackTrace: string[] }).stackTrace.length).toBeLessThanOrEqual(100);
    expect(call.headers['lambda-runtime-function-error-type']).toBe(errorType);
    expect(await fn.exit).toBe(255);
    expect(fn.output.stdout).toContain('Critical exception from handler\n');
  });

  it('exits with 254 when the response cannot be read', async () => {
    const fn = await startRuby('require "stringio"\ndef handler(event:, context:) = StringIO.new("x").tap(&:close)\n');
    expect(json(await fn.invoke({}))).toMatchObject({ errorType: 'Runtime<IOError>' });
    expect(await fn.exit).toBe(254);
  });

  it('ends with the code of exit!', async () => {
    const fn = await startRuby('def handler(event:, context:) = exit!(9)\n');
    await expect(fn.invoke({})).rejects.toThrow('exited with 9');
  });

  it.each([
    [
      'a handler of one part',
      'app',
      'Init<ArgumentError>',
      'Init<ArgumentError>',
      expect.stringMatching(/^Invalid handler /),
    ],
    [
      'a missing file',
      'absent.handler',
      'Init<LoadError>',
      'Init<LoadError>',
      expect.stringMatching(/^cannot load such file -- absent/),
    ],
    ['an error in the file', 'thrower.handler', 'Init<KeyError>', 'Function<UserException>', 'at load'],
    [
      'a syntax error',
      'broken.handler',
      'Init<SyntaxError>',
      'Function<UserException>',
      expect.stringContaining('broken.rb'),
    ],
  ])('refuses %s during init and exits with 252', async (_what, handler, errorType, header, errorMessage) => {
    const fn = await startRuby(
      { 'app.rb': '', 'thrower.rb': 'raise KeyError, "at load"\n', 'broken.rb': 'def x(\n' },
      { handler },
    );
    const call = await fn.api.initError();
    expect(json(call)).toMatchObject({ errorType, errorMessage });
    expect(call.headers['lambda-runtime-function-error-type']).toBe(header);
    expect(await fn.exit).toBe(252);
    expect(fn.output.stdout).toContain('Init error when loading handler');
  });

  it('leaves puts and stderr alone and formats Logger', async () => {
    const fn = await startRuby(
      'require "logger"\ndef handler(event:, context:)\n  puts "a", ["b"]\n  warn "err"\n  Logger.new($stdout).info("é")\n  Logger.new("other.log").info("file")\nend\n',
    );
    await fn.invoke({});
    expect(fn.output.stderr).toBe('err\n');
    expect(fn.output.stdout).toMatch(
      new RegExp(`^a\\nb\\nI, \\[[\\d-]{10}T[\\d:]{8}\\.\\d{6} #\\d+\\]  INFO ${REQUEST_ID} -- : é\\n$`),
    );
  });

  it('frames messages for the log descriptor and hides it from the function', async () => {
    const fn = await startRuby(
      'def handler(event:, context:)\n  puts "ä\\nb"\n  ENV.keys.grep(/TELEMETRY|LAMBDAKIT/)\nend\n',
      { hasLogDescriptor: true, env: { LAMBDAKIT_X: '1' } },
    );
    expect(json(await fn.invoke({}))).toEqual([]);
    const { frames, stdout } = fn.output;
    expect(stdout).toBe('');
    expect(frames.readUInt32BE(0)).toBe(0xa55a0003);
    expect(frames.readUInt32BE(4)).toBe(frames.length - 16);
    expect(frames.toString('utf8', 16)).toBe('ä\nb\n');
  });

  it('lets the function decide how events and results are marshalled', async () => {
    const fn = await startRuby(
      [
        'class AwsLambda::Marshaller',
        '  def self.marshall_request(raw) = raw["lambda-runtime-aws-request-id"] + raw.body',
        '  def self.marshall_response(value) = [value.upcase, "text/plain"]',
        'end',
        'def handler(event:, context:) = event + " out"',
      ].join('\n'),
    );
    const call = await fn.invoke({});
    expect(call.body.toString()).toBe(`${REQUEST_ID}{} OUT`);
    expect(call.headers['content-type']).toBe('text/plain');
  });
});
