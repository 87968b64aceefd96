import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  loadOperationSchemas,
  type OperationSchema,
  type Shape,
} from '../../../src/local/lambda-api/operation-schemas.js';
import { nodePackage } from '../../service/local-service-kit.js';
import { createDice, type Dice, mutateBytes } from './dice.js';
import { type Call, createLoadClient, FUNCTIONS, functionBody, invoke, type LoadClient, runLoad } from './load.js';
import type { Holdings, ServiceHome } from './service-process.js';

const SOURCE = nodePackage('export const handler = async () => ({ api: process.env.AWS_LAMBDA_RUNTIME_API });');

export interface HostileReport {
  readonly requests: number;
  /** Answers by the status, and `cut` for a connection that was closed without one. */
  readonly answers: Readonly<Record<string, number>>;
  /** Answers of the REST API with 5xx and no error type. */
  readonly nameless: readonly string[];
  readonly warm: Holdings;
  readonly after: Holdings;
}

export interface HostileSizes {
  readonly requests: number;
  readonly slowConnections: number;
  readonly seed: number;
}

/** Sends mutated requests to every port of the service, holds slow connections open meanwhile, and sees that it still serves. */
export async function sendHostileRequests(
  home: ServiceHome,
  { requests, slowConnections, seed }: HostileSizes,
): Promise<HostileReport> {
  const service = await home.start({ timeScale: 600 });
  const client = createLoadClient(service.endpoint);
  const operations = await loadOperationSchemas();
  const dice = createDice(seed);
  const answers: Record<string, number> = {};
  const nameless: string[] = [];
  const tally = (key: string) => {
    answers[key] = (answers[key] ?? 0) + 1;
  };
  const modelled = async () => {
    const call = modelledCall(dice.pick(operations), dice);
    const answer = await client.send(call).catch(() => undefined);
    tally(answer === undefined ? 'cut' : `${answer.status}`);
    if (answer !== undefined && answer.status >= 500 && answer.headers['x-amzn-errortype'] === undefined) {
      nameless.push(`${answer.status} to ${call.method} ${call.path}: ${answer.text.slice(0, 300)}`);
    }
  };
  const raw = async (address: string, template: Buffer) => tally(await sendRaw(address, mutateBytes(template, dice)));
  const urlHost = await prepare(client);
  const runtimeAddress = createRuntimeAddress(client);
  // Before anything hostile can have spoilt the function that tells it.
  await runtimeAddress();
  const restAddress = new URL(service.endpoint).host;
  const step = async (index: number) => {
    const kind = index % 10;
    if (kind < 6) return modelled();
    if (kind < 8) return raw(restAddress, dice.pick(REST_TEMPLATES));
    if (kind === 8)
      return raw(
        restAddress,
        Buffer.from(`POST /a?b=c HTTP/1.1\r\nHost: ${urlHost}\r\nContent-Length: 2\r\nCookie: d=e\r\n\r\n{}`),
      );
    return raw(await runtimeAddress(), dice.pick(RUNTIME_TEMPLATES));
  };
  // What is loaded and compiled once is so when the memory is looked at.
  await runLoad(Math.min(4_000, requests), 8, step);
  const warm = await service.measure();
  const slow = await openSlowConnections(restAddress, slowConnections);
  await runLoad(requests, 8, step);
  for (const socket of slow) socket.destroy();
  await expectServing(client);
  const after = await service.measure();
  client.close();
  await service.stop();
  return { requests, answers, nameless, warm, after };
}

async function prepare(client: LoadClient): Promise<string> {
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('steady', SOURCE) });
  const { text } = await client.ask({
    method: 'POST',
    path: '/2021-10-31/functions/steady/url',
    body: { AuthType: 'NONE' },
  });
  return new URL((JSON.parse(text) as { FunctionUrl: string }).FunctionUrl).host;
}

/** The port of an environment; a hostile request may have ended it, so it is asked for again and again. */
function createRuntimeAddress(client: LoadClient): () => Promise<string> {
  let address = '';
  let usesLeft = 0;
  return async () => {
    if (usesLeft-- > 0) return address;
    const { text } = await client.send(invoke('steady', {}));
    const { api } = JSON.parse(text) as { api?: string };
    if (api !== undefined) {
      address = api;
      usesLeft = 50;
    }
    return address;
  };
}

async function expectServing(client: LoadClient): Promise<void> {
  // An environment that was spoilt may fail once; the next is a new one.
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await client.send({ method: 'POST', path: FUNCTIONS, body: functionBody('steady', SOURCE) });
    const { headers, status } = await client.send(invoke('steady', {}));
    if (status === 200 && headers['x-amz-function-error'] === undefined) return;
  }
  throw new Error('the service does not serve any more');
}

const NAMES = [
  'steady',
  'absent',
  '',
  '$LATEST',
  '1',
  '..',
  '%2e%2e',
  'a'.repeat(300),
  'ü',
  '%00',
  '%ff',
  'arn:aws:lambda:us-east-1:000000000000:function:steady',
];
const TEXTS = [
  ...NAMES,
  'nodejs24.x',
  'index.handler',
  '\u0000',
  '{x}',
  '{"a":1}',
  '-1',
  'true',
  '1e309',
  '2026-01-01',
];

function modelledCall({ method, segments, fixedQuery, input }: OperationSchema, dice: Dice): Call {
  const path = segments
    .map((segment) => (segment.startsWith('{') ? dice.pick(NAMES.filter((name) => !/[ü]/.test(name))) : segment))
    .join('/');
  const query = new URLSearchParams([...fixedQuery]);
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const { location, wireName, shape, isRequired } of input.members) {
    if (!isRequired && dice.roll() < 0.6) continue;
    if (location === 'query') query.set(wireName, String(scalar(dice)));
    else if (location === 'header') headers[wireName] = encodeURIComponent(String(scalar(dice)));
    else if (location === 'body') body[wireName] = value(shape, dice, 0);
  }
  const text = JSON.stringify(body);
  const suffix = query.size === 0 ? '' : `?${query}`;
  return {
    method: dice.roll() < 0.02 ? dice.pick(['PATCH', 'OPTIONS', 'PUT', 'DELETE']) : method,
    path: `/${path}${suffix}`,
    headers,
    ...(method !== 'GET' && { body: dice.roll() < 0.2 ? mutateBytes(Buffer.from(text), dice) : text }),
  };
}

/** A value of the right shape, three times in four. */
function value(shape: Shape, dice: Dice, depth: number): unknown {
  if (dice.roll() < 0.25 || depth > 4)
    return dice.pick([scalar(dice), null, [], {}, [[scalar(dice)]], { a: { b: scalar(dice) } }]);
  switch (shape.kind) {
    case 'structure':
      return Object.fromEntries(
        shape.members
          .filter(() => dice.roll() < 0.6)
          .map((member) => [member.wireName, value(member.shape, dice, depth + 1)]),
      );
    case 'list':
      return Array.from({ length: dice.below(4) }, () => value(shape.item, dice, depth + 1));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: dice.below(3) }, () => [dice.pick(TEXTS), value(shape.item, dice, depth + 1)]),
      );
    case 'blob':
      return dice.roll() < 0.5 ? SOURCE.toString('base64') : dice.pick(TEXTS);
    default:
      return scalar(dice);
  }
}

function scalar(dice: Dice): unknown {
  return dice.pick([
    () => dice.pick(TEXTS),
    () => dice.below(2 ** 31) - 2 ** 30,
    () => dice.roll(),
    () => dice.roll() < 0.5,
    () => dice.below(20),
  ])();
}

const SIGNED = `Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const REST_TEMPLATES = [
  `GET ${FUNCTIONS}/steady HTTP/1.1\r\nHost: localhost\r\n${SIGNED}\r\n\r\n`,
  `POST ${FUNCTIONS}/steady/invocations HTTP/1.1\r\nHost: 127.0.0.1\r\n${SIGNED}\r\nX-Amz-Log-Type: Tail\r\nX-Amz-Client-Context: e30=\r\nContent-Length: 7\r\n\r\n{"a":1}`,
  `PUT ${FUNCTIONS}/steady/configuration HTTP/1.1\r\nHost: localhost\r\n${SIGNED}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
].map((text) => Buffer.from(text));
const RUNTIME_TEMPLATES = [
  'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /2018-06-01/runtime/invocation/0123/response HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}',
  'POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: a\r\nLambda-Runtime-Function-Error-Type: Runtime.X\r\nContent-Length: 2\r\n\r\n{}',
  'POST /2020-01-01/extension/register HTTP/1.1\r\nHost: a\r\nLambda-Extension-Name: x\r\nContent-Length: 22\r\n\r\n{"events":["INVOKE"]} ',
  'PUT /2022-07-01/telemetry HTTP/1.1\r\nHost: a\r\nLambda-Extension-Identifier: 00000000-0000-0000-0000-000000000000\r\nContent-Length: 2\r\n\r\n{}',
].map((text) => Buffer.from(text));

/** The status of the answer, or `cut`. Says that it has no more to say, so that nothing waits for the rest of it. */
async function sendRaw(address: string, bytes: Buffer): Promise<string> {
  const socket = connect({ host: address.split(':')[0]!, port: Number(address.split(':')[1]), allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.end(bytes);
  const first = new Promise<string>((resolve) => {
    socket.once('data', (chunk: Buffer) =>
      resolve(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1] ?? 'other'),
    );
    socket.once('close', () => resolve('cut'));
    socket.once('end', () => resolve('cut'));
    // A long poll has nothing to answer.
    socket.setTimeout(250, () => resolve('waits'));
  });
  const result = await first;
  socket.destroy();
  return result;
}

/** Each sends the beginning of a request and never its end. */
async function openSlowConnections(address: string, count: number): Promise<readonly Socket[]> {
  const [host = '', port] = address.split(':');
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ host, port: Number(port) });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`POST ${FUNCTIONS} HTTP/1.1\r\nHost: localhost\r\nX-${randomBytes(4).toString('hex')}: `);
      return socket;
    }),
  );
}
