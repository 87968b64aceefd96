import { expect, it } from 'vitest';
import { createFolder, runBin } from './bin-kit.js';
import { type SchemaRegistry, startSchemaRegistry } from './schema-registry.js';

const SCHEMA = '_orders-dev-schema';

/** A project whose function has another name than its key, and a registry. */
async function createWorld() {
  const registry = await startSchemaRegistry();
  const cwd = createFolder({
    'lambdakit.json': JSON.stringify({ functions: { orders: { functionName: 'orders-dev' } } }),
    'events/mine.json': '{"from":"a file"}',
  });
  const env = {
    AWS_ENDPOINT_URL_SCHEMAS: registry.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const event = (...args: string[]) => runBin(['event', ...args], { cwd, env });
  return { registry, event };
}

function newest({ registries }: SchemaRegistry) {
  const versions = registries.get('lambda-testevent-schemas')?.get(SCHEMA)?.versions ?? new Map();
  return JSON.parse(versions.get(String(Math.max(...[...versions.keys()].map(Number)))) ?? 'null');
}

it('shares test events as the console keeps them', async () => {
  const { registry, event } = await createWorld();
  expect(await event('list', '--remote', 'orders')).toMatchObject({
    code: 0,
    stdout: 'Nobody has shared a test event of orders-dev.\n',
  });
  expect(await event('put', 'orders', 'first', '--payload', '{"n":1}')).toMatchObject({
    code: 0,
    stdout: 'Shared the event first of orders-dev.\n',
  });
  expect(newest(registry)).toEqual({
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'Event' },
    paths: {},
    components: {
      schemas: { Event: { type: 'object', properties: { n: { type: 'string' } } } },
      examples: { first: { value: { n: 1 } } },
    },
  });
  await event('put', 'orders', 'second', '--event', 'mine');
  expect(JSON.parse((await event('list', '--remote', 'orders', '--json')).stdout)).toEqual({
    functionName: 'orders-dev',
    events: [
      { functionName: 'orders-dev', name: 'first' },
      { functionName: 'orders-dev', name: 'second' },
    ],
  });
  expect((await event('get', 'orders', 'second')).stdout).toBe('{\n  "from": "a file"\n}\n');
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:orders-dev';
  expect((await event('get', arn, 'first')).stdout).toBe('{\n  "n": 1\n}\n');
});

it('changes what others have shared only when it is told to', async () => {
  const { registry, event } = await createWorld();
  const made = {
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'Event' },
    paths: {},
    components: { schemas: { Event: {} }, examples: { first: { value: { by: 'the console' } } } },
    'x-amazon-events-detail-type': 'kept',
  };
  const versions = new Map(['1', '2', '3', '4', '5'].map((version) => [version, JSON.stringify(made)]));
  registry.registries.set('lambda-testevent-schemas', new Map([[SCHEMA, { type: 'OpenApi3', versions }]]));
  expect(await event('put', 'orders', 'first', '--payload', '{}')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--force'),
  });
  expect(newest(registry)).toEqual(made);
  expect(await event('put', 'orders', 'first', '--payload', '{"n":2}', '--force')).toMatchObject({
    stdout: 'Replaced the event first of orders-dev.\n',
  });
  expect(newest(registry)).toEqual({
    ...made,
    components: { schemas: { Event: {} }, examples: { first: { value: { n: 2 } } } },
  });
  expect([...versions.keys()]).toEqual(['2', '3', '4', '5', '6']);

  await event('put', 'orders', 'second', '--payload', '{}');
  expect(await event('delete', 'orders', 'first')).toMatchObject({ code: 0 });
  expect(newest(registry).components.examples).toEqual({ second: { value: {} } });
  await event('delete', 'orders', 'second');
  expect(registry.registries.get('lambda-testevent-schemas')?.has(SCHEMA)).toBe(false);
});

it('says what is missing', async () => {
  const { registry, event } = await createWorld();
  await event('put', 'orders', 'first', '--payload', '{"n":1}');
  expect(await event('get', 'orders', 'firs')).toMatchObject({ code: 5, stderr: expect.stringContaining('"first"') });
  expect(await event('delete', 'orders', 'none')).toMatchObject({ code: 5, stderr: expect.stringContaining('"none"') });
  expect(await event('put', 'orders', 'x', '--payload', '{')).toMatchObject({ code: 2 });
  expect(await event('put', 'orders', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('no event') });
  expect(await event('list', '--remote', 'orders', '--local')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('in AWS only'),
  });
  registry.forbid();
  const refused = await event('list', '--remote', 'orders', '--json');
  expect(refused.code).toBe(5);
  expect(JSON.parse(refused.stdout).error).toMatchObject({
    code: 'access-denied',
    hint: expect.stringContaining('schemas:DescribeSchema'),
  });
});
