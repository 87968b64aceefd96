import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';
import { Boto3, boto3Missing, bytes, type Members } from './boto3-client.js';
import { fails, ok } from './expectations.js';

const missing = boto3Missing();
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function';

describe.skipIf(missing !== undefined)(
  `invocations through boto3${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let service: TestService;
    let boto: Boto3;
    const draws: number[] = [];
    beforeAll(async () => {
      service = await startTestService({ random: () => draws.shift() ?? 0.99, timeScale: 1000 });
      boto = new Boto3(service.endpoint);
      await create('echo', ECHO);
    });
    afterAll(async () => {
      await boto?.dispose();
      await service?.dispose();
      expect(service?.bugs).toEqual([]);
    });
    const create = (FunctionName: string, zip: Buffer, more: Members = {}) =>
      ok(
        boto,
        'create_function',
        {
          FunctionName,
          Role: ROLE,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: bytes(zip) },
          ...more,
        },
        201,
      );

    it('returns the result with the headers of AWS', async () => {
      const answer = await boto.call('invoke', { FunctionName: 'echo', Payload: '{"a":[1,"ü"]}' });
      expect(answer.result).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.result?.FunctionError).toBeUndefined();
      const headers = answer.raw.headers ?? {};
      expect(headers['x-amzn-trace-id']).toMatch(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
      );
      expect(headers['x-amzn-remapped-content-length']).toBe('0');
      expect(headers['x-amz-log-result']).toBeUndefined();
      const payload = JSON.parse(answer.result?.Payload);
      expect(payload).toMatchObject({ event: { a: [1, 'ü'] }, version: '$LATEST', arn: `${ARN}:echo` });
      expect(payload.id).toBe(headers['x-amzn-requestid']);
    });

    it('gives an absent event as an empty object and an absent result as null', async () => {
      expect(JSON.parse((await ok(boto, 'invoke', { FunctionName: 'echo' })).Payload).event).toEqual({});
      await create('silent', nodePackage('export const handler = async () => undefined;'));
      expect((await ok(boto, 'invoke', { FunctionName: 'silent' })).Payload).toBe('null');
    });

    it('passes the client context on', async () => {
      const context = Buffer.from(JSON.stringify({ custom: { k: 'v' } })).toString('base64');
      const answer = await ok(boto, 'invoke', { FunctionName: 'echo', ClientContext: context });
      expect(JSON.parse(answer.Payload).client).toEqual({ custom: { k: 'v' } });
      await fails(
        boto,
        ['invoke', { FunctionName: 'echo', ClientContext: 'bm90IGpzb24=' }],
        [400, 'InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.'],
      );
    });

    it('reports a function error with status 200, and the log tail when asked', async () => {
      await create(
        'throws',
        nodePackage('export const handler = async () => { console.log("before"); throw new TypeError("oh no"); };'),
      );
      const answer = await ok(boto, 'invoke', { FunctionName: 'throws', LogType: 'Tail' });
      expect(answer.FunctionError).toBe('Unhandled');
      expect(JSON.parse(answer.Payload)).toMatchObject({
        errorType: 'TypeError',
        errorMessage: 'oh no',
        trace: expect.any(Array),
      });
      const log = Buffer.from(answer.LogResult, 'base64').toString();
      expect(log).toMatch(/^START RequestId: [0-9a-f-]+ Version: \$LATEST\n/);
      expect(log).toContain('before');
      expect(log).toMatch(/REPORT RequestId: .*\tBilled Duration: \d+ ms\t/);
    });

    it('answers DryRun and Event without waiting for the function', async () => {
      const dry = await boto.call('invoke', { FunctionName: 'echo', InvocationType: 'DryRun' });
      expect(dry.raw.status).toBe(204);
      const event = await boto.call('invoke', { FunctionName: 'echo', InvocationType: 'Event', Payload: '{}' });
      expect(event.raw).toMatchObject({ status: 202 });
      expect(event.result?.Payload).toBe('');
      const { raw } = await boto.call('invoke_async', { FunctionName: 'echo', InvokeArgs: '{}' });
      expect(raw).toMatchObject({ status: 202, body: '{"Status":202}' });
      expect(raw.headers?.['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    });

    it.each([
      [
        'text',
        'abc',
        400,
        'InvalidRequestContentException',
        "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'abc': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 4]",
      ],
      [
        'bytes that are no UTF-8',
        bytes(Buffer.from('\x99\xeb,j\x07\xa1zYh', 'latin1')),
        400,
        'InvalidRequestContentException',
        "Could not parse request body into json: Could not parse payload into json: Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]",
      ],
      [
        '6 MB and one byte',
        `"${'x'.repeat(6_291_455)}"`,
        413,
        'RequestEntityTooLargeException',
        '6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
      ],
    ] as const)('refuses %s as event', async (_, Payload, status, code, message) => {
      await fails(boto, ['invoke', { FunctionName: 'echo', Payload }], [status, code, message]);
    });

    it('takes an event of exactly 6 MB, and 1 MB asynchronously', async () => {
      await create('length', nodePackage('export const handler = async (event) => event.length;'));
      expect(
        (await ok(boto, 'invoke', { FunctionName: 'length', Payload: `"${'x'.repeat(6_291_454)}"` })).Payload,
      ).toBe('6291454');
      await fails(
        boto,
        ['invoke', { FunctionName: 'length', InvocationType: 'Event', Payload: `"${'x'.repeat(1_048_575)}"` }],
        [
          413,
          'RequestEntityTooLargeException',
          '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
        ],
      );
      expect(
        (
          await boto.call('invoke', {
            FunctionName: 'length',
            InvocationType: 'Event',
            Payload: `"${'x'.repeat(1_048_574)}"`,
          })
        ).raw.status,
      ).toBe(202);
    });

    it.each([
      [{ FunctionName: 'nothing' }, 404, 'ResourceNotFoundException', `Function not found: ${ARN}:nothing:$LATEST`],
      [
        { FunctionName: 'echo', Qualifier: 'none' },
        404,
        'ResourceNotFoundException',
        `Function not found: ${ARN}:echo:none`,
      ],
      [
        { FunctionName: 'arn:aws:lambda:eu-west-1:123400000000@function:myfn' },
        400,
        'ValidationException',
        /at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
      ],
      [
        { FunctionName: 'echo', InvocationType: 'Later' },
        400,
        'ValidationException',
        "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
      ],
    ] as const)('refuses Invoke %j', async (params, status, code, message) => {
      await fails(boto, ['invoke', params], [status, code, message]);
    });

    it('splits the traffic of a weighted alias by the draw', async () => {
      await create('split', ECHO);
      await ok(boto, 'publish_version', { FunctionName: 'split' }, 201);
      await ok(boto, 'update_function_configuration', { FunctionName: 'split', Timeout: 5 });
      await ok(boto, 'publish_version', { FunctionName: 'split' }, 201);
      await ok(
        boto,
        'create_alias',
        {
          FunctionName: 'split',
          Name: 'live',
          FunctionVersion: '1',
          RoutingConfig: { AdditionalVersionWeights: { 2: 0.3 } },
        },
        201,
      );
      draws.push(0.29, 0.31, 0, 0.99);
      const versions: string[] = [];
      for (let n = 0; n < 4; n++)
        versions.push((await ok(boto, 'invoke', { FunctionName: 'split:live' })).ExecutedVersion);
      expect(versions).toEqual(['2', '1', '2', '1']);
    });

    it('throttles at zero reserved concurrency, but accepts events', async () => {
      await create('blocked', ECHO);
      await ok(boto, 'put_function_concurrency', { FunctionName: 'blocked', ReservedConcurrentExecutions: 0 });
      const answer = await fails(
        boto,
        ['invoke', { FunctionName: 'blocked' }],
        [429, 'TooManyRequestsException', 'Rate Exceeded.'],
      );
      expect(JSON.parse(answer.raw.body ?? '')).toEqual({
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
        message: 'Rate Exceeded.',
      });
      expect((await boto.call('invoke', { FunctionName: 'blocked', InvocationType: 'Event' })).raw.status).toBe(202);
    });

    it('streams responses', async () => {
      await create(
        'stream',
        nodePackage(`export const handler = awslambda.streamifyResponse(async (event, out) => {
      out.write('one,'); await new Promise((done) => setTimeout(done, 20)); out.write('two'); out.end();
    });`),
      );
      const answer = await ok(boto, 'invoke_with_response_stream', { FunctionName: 'stream', LogType: 'Tail' });
      const frames = answer.EventStream as Members[];
      const text = frames.map((frame) => frame.PayloadChunk?.Payload ?? '').join('');
      expect(text).toBe('one,two');
      expect(Buffer.from(frames.at(-1)?.InvokeComplete.LogResult, 'base64').toString()).toContain('REPORT RequestId');
      expect(answer.ExecutedVersion).toBe('$LATEST');
      const failed = await ok(boto, 'invoke_with_response_stream', { FunctionName: 'echo', Payload: '{}' });
      expect((failed.EventStream as Members[]).map((frame) => Object.keys(frame)[0])).toEqual([
        'PayloadChunk',
        'InvokeComplete',
      ]);
    });

    it('tells a streaming caller of an error of the function', async () => {
      await create('badstream', nodePackage('export const handler = async () => { throw new RangeError("no"); };'));
      const answer = await ok(boto, 'invoke_with_response_stream', { FunctionName: 'badstream' });
      const frames = answer.EventStream as Members[];
      expect(frames).toHaveLength(1);
      expect(frames[0]?.InvokeComplete.ErrorCode).toBe('RangeError');
      expect(JSON.parse(frames[0]?.InvokeComplete.ErrorDetails)).toMatchObject({ errorMessage: 'no' });
    });

    it('stops a function that calls itself in circles', async () => {
      const header = (n: number) =>
        `Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0;Lineage=1:${hash}:${n}`;
      const first = await boto.call('invoke', { FunctionName: 'echo' });
      const hash = /Lineage=1:([0-9a-f]{8}):0/.exec(first.raw.headers?.['x-amzn-trace-id'] ?? '')?.[1];
      const post = (lineage: string) =>
        fetch(`${service.endpoint}/2015-03-31/functions/echo/invocations`, {
          method: 'POST',
          body: '{}',
          headers: {
            'x-amzn-trace-id': lineage,
            authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
          },
        });
      expect((await post(header(3))).headers.get('x-amzn-trace-id')).toContain(`Lineage=1:${hash}:4`);
      const stopped = await post(header(15));
      expect(stopped.status).toBe(400);
      expect(stopped.headers.get('x-amzn-errortype')).toBe('RecursiveInvocationException');
    });
  },
);
