import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadOperationSchemas,
  type OperationSchema,
  type Shape,
} from '../../src/local/lambda-api/operation-schemas.js';
import { loadModel, schemaViolations } from '../conformance/response-schema.js';
import { startTestService, type TestService } from './local-service-kit.js';

const SIGNED = `AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const operations = await loadOperationSchemas();
const model = loadModel();
/** Answers of the service's front door, which no operation models. */
const FRAMEWORK = [
  'ValidationException',
  'SerializationException',
  'InvalidRequestContentException',
  'RequestEntityTooLargeException',
  'AccessDeniedException',
  'NotImplementedException',
];
const UNIMPLEMENTED = /Durable|CapacityProvider|ResourcePolicy|NetworkConnector/;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
}

describe('every operation of the SDK', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(async () => {
    await service.dispose();
    expect(service.bugs).toEqual([]);
  });

  function send(operation: OperationSchema, input: Readonly<Record<string, unknown>>): Promise<Answer> {
    const query = new URLSearchParams([...operation.fixedQuery]);
    const headers: Record<string, string> = { authorization: SIGNED, 'content-type': 'application/json' };
    const json: Record<string, unknown> = {};
    let payload: string | undefined;
    for (const member of operation.input.members) {
      const value = input[member.name];
      if (value === undefined) continue;
      if (member.location === 'query') query.set(member.wireName, String(value));
      else if (member.location === 'header') headers[member.wireName] = encodeURIComponent(String(value)).slice(0, 500);
      else if (member.location === 'payload') payload = String(value);
      else if (member.location === 'body') json[member.wireName] = value;
    }
    const path = operation.segments.map((segment) =>
      segment.startsWith('{') ? encodeURIComponent(String(input[segment.slice(1, -1)] ?? 'x')) : segment,
    );
    const suffix = query.size > 0 ? `?${query}` : '';
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        `${service.endpoint}/${path.join('/')}${suffix}`,
        { method: operation.method, headers },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString('latin1');
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              code: response.headers['x-amzn-errortype'] as string | undefined,
              body,
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(
        operation.method === 'GET' || operation.method === 'DELETE' ? undefined : (payload ?? JSON.stringify(json)),
      );
    });
  }

  it('is known to this test', () => {
    expect(operations.length).toBeGreaterThanOrEqual(88);
  });

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s routes, and errs in modelled ways',
    async (name, operation) => {
      const plausible = Object.fromEntries(
        operation.input.members
          .filter(({ isRequired }) => isRequired)
          .map(({ name: member, shape }) => [member, plausibleValue(member, shape)]),
      );
      for (const input of [plausible, {}]) {
        const answer = await send(operation, input);
        if (UNIMPLEMENTED.test(name)) {
          expect(answer).toMatchObject({
            status: 501,
            code: 'NotImplementedException',
            body: expect.stringContaining(name),
          });
          continue;
        }
        expect(answer.code).not.toBe('UnknownOperationException');
        expect(answer.status, answer.body).toBeLessThan(500);
        if (answer.code === undefined) {
          expect(answer.status).toBeLessThan(300);
          expect(violations(name, answer)).toEqual([]);
        } else expect(allowedErrors(name)).toContain(answer.code);
      }
    },
  );

  it('answers 4,000 mutated requests without an error of its own', async () => {
    const next = generator(20261121);
    const pick = <T>(items: readonly T[]): T => items[next() % items.length]!;
    const counts = new Map<number, number>();
    const implemented = operations.filter(({ name }) => !UNIMPLEMENTED.test(name) && !name.startsWith('Invoke'));
    for (let round = 0; round < 4000; round++) {
      const operation = pick(implemented);
      const input = Object.fromEntries(
        operation.input.members
          .filter(() => next() % 3 > 0)
          .map(({ name, shape }) => [name, next() % 4 === 0 ? pick(RUBBISH) : mutated(name, shape, next, 0)]),
      );
      const answer = await send(operation, input);
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
      expect(answer.status, `${operation.name} ${JSON.stringify(input).slice(0, 500)} → ${answer.body}`).toBeLessThan(
        500,
      );
      if (!addresses(operation, input)) continue;
      if (answer.status >= 400) expect(allowedErrors(operation.name), operation.name).toContain(answer.code);
      else expect(violations(operation.name, answer), operation.name).toEqual([]);
    }
    // Rubbish alone would prove little: some of it must get through.
    expect(counts.get(200) ?? 0).toBeGreaterThan(20);
  });

  /** An empty label leaves the address of another operation. */
  function addresses(operation: OperationSchema, input: Readonly<Record<string, unknown>>): boolean {
    return operation.input.members.every(({ name, location }) => location !== 'label' || String(input[name]) !== '');
  }

  /** What AWS's model does not allow in a response; nothing where the model is not at hand. */
  function violations(name: string, { body }: Answer): readonly string[] {
    return model === undefined || body === '' ? [] : schemaViolations(model, name, JSON.parse(body));
  }

  function allowedErrors(name: string): string[] {
    const modelled = model?.operations[name]?.errors?.map(({ shape }) => shape) ?? [
      'InvalidParameterValueException',
      'ResourceNotFoundException',
      'ResourceConflictException',
      'ProvisionedConcurrencyConfigNotFoundException',
      'CodeSigningConfigNotFoundException',
    ];
    return [...modelled, ...FRAMEWORK];
  }
});

const RUBBISH: readonly unknown[] = [
  '',
  'x',
  '$LATEST',
  '\u0000',
  'ü'.repeat(200),
  0,
  -1,
  1e308,
  1.5,
  true,
  [],
  [null],
  {},
  { a: 1 },
  '__proto__',
  '../../etc/passwd',
  'a'.repeat(5000),
];

function plausibleValue(name: string, shape: Shape): unknown {
  if (name === 'FunctionName') return 'nothing';
  if (name === 'Resource') return 'arn:aws:lambda:eu-west-1:000000000000:function:nothing';
  if (name === 'CodeSigningConfigArn')
    return 'arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdef0';
  if (name === 'Arn') return 'arn:aws:lambda:eu-west-1:000000000000:layer:nothing:1';
  if (name === 'Role') return 'arn:aws:iam::000000000000:role/r';
  if (name === 'UUID') return '00000000-0000-0000-0000-000000000000';
  if (name === 'Principal') return '000000000000';
  if (name === 'Action') return 'lambda:GetLayerVersion';
  switch (shape.kind) {
    case 'integer':
    case 'double':
      return 1;
    case 'boolean':
      return true;
    case 'list':
      return [plausibleValue('', shape.item)];
    case 'map':
      return {};
    case 'structure':
      return Object.fromEntries(
        shape.members
          .filter(({ isRequired }) => isRequired)
          .map((member) => [member.name, plausibleValue(member.name, member.shape)]),
      );
    default:
      return 'x1';
  }
}

function mutated(name: string, shape: Shape, next: () => number, depth: number): unknown {
  const roll = next() % 10;
  if (roll === 0 || depth > 4) return RUBBISH[next() % RUBBISH.length];
  if (shape.kind === 'structure') {
    return Object.fromEntries(
      shape.members
        .filter(() => next() % 2 === 0)
        .map((member) => [member.name, mutated(member.name, member.shape, next, depth + 1)]),
    );
  }
  if (shape.kind === 'list') return Array.from({ length: next() % 4 }, () => mutated('', shape.item, next, depth + 1));
  if (shape.kind === 'map') return { [`k${next() % 3}`]: mutated('', shape.item, next, depth + 1) };
  return plausibleValue(name, shape);
}

/** Small numbers that are the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}
