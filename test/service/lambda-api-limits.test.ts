import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, ROLE, startTestService, type TestService } from './local-service-kit.js';
import { makeZip } from './zip-maker.js';

const SIGNED = `AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const FUNCTIONS = '/2015-03-31/functions';

/** The limits of Lambda, each just below, at and just above; `undefined` stands for success. */
describe('limits of the Lambda API', () => {
  let service: TestService;
  let count = 0;
  beforeAll(async () => {
    service = await startTestService();
    await create({ FunctionName: 'fn', Publish: true });
  });
  afterAll(async () => {
    await service.dispose();
    expect(service.bugs).toEqual([]);
  });

  async function send(
    method: string,
    pathname: string,
    body?: unknown,
  ): Promise<{ status: number; text: string | undefined }> {
    const answer = await fetch(service.endpoint + pathname, {
      method,
      headers: { authorization: SIGNED },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = answer.status >= 400 ? (JSON.parse(text) as { message?: string; Message?: string }) : {};
    return { status: answer.status, text: parsed.message ?? parsed.Message };
  }

  function create(members: Record<string, unknown>) {
    count++;
    return send('POST', FUNCTIONS, {
      FunctionName: `f${count}`,
      Role: ROLE,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: ECHO.toString('base64') },
      ...members,
    });
  }

  const variables = (bytes: number) => ({
    Environment: { Variables: { LARGE: 'x'.repeat(bytes - '{"LARGE":""}'.length) } },
  });
  const tags = (n: number) => ({ Tags: Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v'])) });
  const less = (path: string, n: number | string) =>
    new RegExp(
      `at '${path}' failed to satisfy constraint: Member must have (value|length) less than or equal to ${n}$`,
    );
  const more = (path: string, n: number | string) =>
    new RegExp(
      `at '${path}' failed to satisfy constraint: Member must have (value|length) greater than or equal to ${n}$`,
    );

  it.each([
    ['function name of 64', (n: number) => ({ FunctionName: 'n'.repeat(n) }), 64, less('functionName', 64), 1],
    ['timeout of 900 s', (n: number) => ({ Timeout: n }), 900, less('timeout', 900), 1],
    ['timeout of 1 s', (n: number) => ({ Timeout: n }), 1, more('timeout', 1), -1],
    ['memory of 10,240 MB', (n: number) => ({ MemorySize: n }), 10_240, less('memorySize', 10_240), 1],
    ['memory of 128 MB', (n: number) => ({ MemorySize: n }), 128, more('memorySize', 128), -1],
    [
      'ephemeral storage of 10,240 MB',
      (n: number) => ({ EphemeralStorage: { Size: n } }),
      10_240,
      less('ephemeralStorage.size', 10_240),
      1,
    ],
    [
      'ephemeral storage of 512 MB',
      (n: number) => ({ EphemeralStorage: { Size: n } }),
      512,
      more('ephemeralStorage.size', 512),
      -1,
    ],
    ['description of 256', (n: number) => ({ Description: 'd'.repeat(n) }), 256, less('description', 256), 1],
    ['handler of 128', (n: number) => ({ Handler: 'h'.repeat(n) }), 128, less('handler', 128), 1],
    ['environment of 4 KB', variables, 4096, /exceeded the 4KB limit/, 1],
    ['50 tags', tags, 50, /^Number of tags exceeds resource tag limit\.$/, 1],
    [
      '16 subnets',
      (n: number) => ({
        VpcConfig: { SubnetIds: Array.from({ length: n }, (_, i) => `subnet-${i}`), SecurityGroupIds: ['sg-1'] },
      }),
      16,
      less('vpcConfig.subnetIds', 16),
      1,
    ],
    [
      '5 security groups',
      (n: number) => ({
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: Array.from({ length: n }, (_, i) => `sg-${i}`) },
      }),
      5,
      less('vpcConfig.securityGroupIds', 5),
      1,
    ],
    [
      '1 architecture',
      (n: number) => ({ Architectures: ['x86_64', 'arm64', 'x86_64'].slice(0, n) }),
      1,
      less('architectures', 1),
      1,
    ],
    [
      'tag key of 128',
      (n: number) => ({ Tags: { ['k'.repeat(n)]: 'v' } }),
      128,
      /at 'tags' failed to satisfy constraint: Map keys must satisfy/,
      1,
    ],
    [
      'tag value of 256',
      (n: number) => ({ Tags: { k: 'v'.repeat(n) } }),
      256,
      /at 'tags' failed to satisfy constraint: Map value must satisfy/,
      1,
    ],
    [
      'log group of 512',
      (n: number) => ({ LoggingConfig: { LogGroup: 'g'.repeat(n) } }),
      512,
      less('loggingConfig.logGroup', 512),
      1,
    ],
  ] as const)('CreateFunction takes a %s and no step beyond', async (_, members, limit, text, direction) => {
    const inside = limit - direction;
    if (inside > 0) expect(await create(members(inside))).toEqual({ status: 201, text: undefined });
    expect(await create(members(limit))).toEqual({ status: 201, text: undefined });
    const refused = await create(members(limit + direction));
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(text);
  });

  const URLS = '/2021-10-31/functions/fn/url';
  const map = (members: Record<string, unknown>, service = 'kinesis') => {
    count++;
    return send('POST', '/2015-03-31/event-source-mappings', {
      FunctionName: 'fn',
      EventSourceArn: `arn:aws:${service}:eu-west-1:000000000000:stream/s${count}`,
      ...(service === 'kinesis' && { StartingPosition: 'LATEST' }),
      Enabled: false,
      ...members,
    });
  };
  it.each([
    ['a batch of 10,000', (n: number) => map({ BatchSize: n }), 10_000, less('batchSize', 10_000), 1],
    ['a batch of 1', (n: number) => map({ BatchSize: n }), 1, more('batchSize', 1), -1],
    [
      'a batching window of 300 s',
      (n: number) => map({ MaximumBatchingWindowInSeconds: n }),
      300,
      less('maximumBatchingWindowInSeconds', 300),
      1,
    ],
    [
      'a parallelization factor of 10',
      (n: number) => map({ ParallelizationFactor: n }),
      10,
      less('parallelizationFactor', 10),
      1,
    ],
    [
      'a tumbling window of 900 s',
      (n: number) => map({ TumblingWindowInSeconds: n }),
      900,
      less('tumblingWindowInSeconds', 900),
      1,
    ],
    [
      '10,000 retries of a batch',
      (n: number) => map({ MaximumRetryAttempts: n }),
      10_000,
      less('maximumRetryAttempts', 10_000),
      1,
    ],
    [
      'a record age of 604,800 s',
      (n: number) => map({ MaximumRecordAgeInSeconds: n }),
      604_800,
      less('maximumRecordAgeInSeconds', 604_800),
      1,
    ],
    [
      'a filter of 4,096',
      (n: number) => map({ FilterCriteria: { Filters: [{ Pattern: `{"a":["${'x'.repeat(n - 10)}"]}` }] } }),
      4_096,
      /Member must have length less than or equal to 4096/,
      1,
    ],
  ] as const)('an event source mapping takes %s and no step beyond', async (_, call, limit, text, direction) => {
    const inside = limit - direction;
    expect(await call(inside)).toEqual({ status: 202, text: undefined });
    expect(await call(limit)).toEqual({ status: 202, text: undefined });
    const refused = await call(limit + direction);
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(text);
  });

  it('a function takes 5 layers and no step beyond', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const arn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:layer:${name}:1`;
    for (const name of names) {
      const Content = { ZipFile: ECHO.toString('base64') };
      expect((await send('POST', `/2018-10-31/layers/${name}/versions`, { Content })).status).toBe(201);
    }
    for (const n of [4, 5]) {
      expect(await create({ Layers: names.slice(0, n).map(arn) })).toEqual({ status: 201, text: undefined });
    }
    expect(await create({ Layers: names.map(arn) })).toEqual({
      status: 400,
      text: 'Cannot reference more than 5 layers.',
    });
  });

  it('an asynchronous event has 1 MB and no byte more, and a client context 3,583 bytes', async () => {
    const invoke = (event: string, headers: Record<string, string>) =>
      fetch(`${service.endpoint}${FUNCTIONS}/fn/invocations`, {
        method: 'POST',
        headers: { authorization: SIGNED, ...headers },
        body: event,
      });
    const event = (n: number) => invoke(`"${'x'.repeat(n - 2)}"`, { 'x-amz-invocation-type': 'Event' });
    for (const n of [1_048_575, 1_048_576]) expect((await event(n)).status).toBe(202);
    const large = await event(1_048_577);
    expect(large.status).toBe(413);
    expect(await large.text()).toContain(
      '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    );
    const context = (n: number) => {
      // Base64 has its length in steps of four: unpadded text fills the steps between.
      const json = JSON.stringify({ custom: { a: 'x'.repeat(Math.floor((n * 3) / 4) - 21) } });
      return Buffer.from(json).toString('base64').padEnd(n, '=').slice(0, n);
    };
    for (const n of [3_582, 3_583]) {
      expect((await invoke('{}', { 'x-amz-client-context': context(n) })).status, `${n}`).toBe(200);
    }
    const refused = await invoke('{}', { 'x-amz-client-context': context(3_584) });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Client context must be smaller than 3583 bytes.');
  });

  it.each([
    ['a CORS age of 86,400 s', (n: number) => ({ MaxAge: n }), 86_400, less('cors.maxAge', 86_400)],
    [
      '100 origins',
      (n: number) => ({ AllowOrigins: Array.from({ length: n }, (_, i) => `http://${i}`) }),
      100,
      less('cors.allowOrigins', 100),
    ],
    [
      '6 methods',
      (n: number) => ({ AllowMethods: ['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*'].slice(0, n) }),
      6,
      less('cors.allowMethods', 6),
    ],
  ] as const)('a function URL takes %s and no step beyond', async (_, cors, limit, text) => {
    for (const n of [limit - 1, limit]) {
      expect(await send('POST', URLS, { AuthType: 'NONE', Cors: cors(n) })).toEqual({ status: 201, text: undefined });
      expect((await send('DELETE', URLS)).status).toBe(204);
    }
    const refused = await send('POST', URLS, { AuthType: 'NONE', Cors: cors(limit + 1) });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(text);
  });

  const put = (name: string, member: string) => (n: number) =>
    send('PUT', `/2019-09-25/functions/fn/${name}`, { [member]: n });
  it.each([
    ['2 retries', put('event-invoke-config', 'MaximumRetryAttempts'), 2, 200, less('maximumRetryAttempts', 2), 1],
    [
      'an event age of 21,600 s',
      put('event-invoke-config', 'MaximumEventAgeInSeconds'),
      21_600,
      200,
      less('maximumEventAgeInSeconds', 21_600),
      1,
    ],
    [
      'an event age of 60 s',
      put('event-invoke-config', 'MaximumEventAgeInSeconds'),
      60,
      200,
      more('maximumEventAgeInSeconds', 60),
      -1,
    ],
    [
      'an alias of 128',
      (n: number) => send('POST', `${FUNCTIONS}/fn/aliases`, { Name: 'a'.repeat(n), FunctionVersion: '1' }),
      128,
      201,
      less('name', 128),
      1,
    ],
    [
      'a page of 50 layers',
      (n: number) => send('GET', `/2018-10-31/layers?MaxItems=${n}`),
      50,
      200,
      less('maxItems', 50),
      1,
    ],
    [
      'a page of 10,000 functions',
      (n: number) => send('GET', `${FUNCTIONS}?MaxItems=${n}`),
      10_000,
      200,
      less('maxItems', 10_000),
      1,
    ],
    [
      'a reservation of 900',
      (n: number) => send('PUT', '/2017-10-31/functions/fn/concurrency', { ReservedConcurrentExecutions: n }),
      900,
      200,
      /below its minimum value of \[100\]\.$/,
      1,
    ],
    [
      'a statement id of 100',
      (n: number) =>
        send('POST', `${FUNCTIONS}/fn/policy`, {
          StatementId: 's'.repeat(n),
          Action: 'lambda:InvokeFunction',
          Principal: '*',
        }),
      100,
      201,
      less('statementId', 100),
      1,
    ],
    [
      'a synchronous event of 6 MB',
      (n: number) => send('POST', `${FUNCTIONS}/fn/invocations`, `"${'x'.repeat(n - 2)}"`),
      6_291_456,
      200,
      /^6291457 byte payload is too large for the RequestResponse invocation type \(limit 6291456 bytes\)$/,
      1,
    ],
  ] as const)('%s passes and no step beyond', async (_, call, limit, status, text, direction) => {
    expect(await call(limit - direction)).toEqual({ status, text: undefined });
    expect(await call(limit)).toEqual({ status, text: undefined });
    const refused = await call(limit + direction);
    expect(refused.status).toBe(text.source.includes('byte payload') ? 413 : 400);
    expect(refused.text).toMatch(text);
  });

  it('counts code and layers together up to 262,144,000 bytes', async () => {
    const content = Buffer.concat([randomBytes(200_000), Buffer.alloc(131_072_000 - 200_000)]);
    const layer = await fetch(`${service.endpoint}/2018-10-31/layers/half/versions`, {
      method: 'POST',
      headers: { authorization: SIGNED },
      body: JSON.stringify({ Content: { ZipFile: makeZip([{ name: 'half', content }]).toString('base64') } }),
    });
    const { LayerVersionArn } = (await layer.json()) as { LayerVersionArn: string };
    const withBytes = (size: number) =>
      create({
        Layers: [LayerVersionArn],
        Code: {
          ZipFile: makeZip([
            { name: 'index.mjs', content: content.subarray(0, size) },
            ...(size > content.length ? [{ name: 'one', content: 'x' }] : []),
          ]).toString('base64'),
        },
      });
    expect(await withBytes(131_072_000)).toEqual({ status: 201, text: undefined });
    expect(await withBytes(131_072_001)).toEqual({
      status: 400,
      text: 'Unzipped size must be smaller than 262144000 bytes',
    });
  });
});
