import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { Invocation, InvocationOutcome } from '../../../../src/local/core/invocation.js';
import { createRouteHandler, type RouteHandlerDeps } from '../../../../src/local/function-url/route-handler.js';
import { createRouteTable, type RouteFront } from '../../../../src/local/function-url/route-table.js';

it.each([
  ['http', 30_000, 503, '{"message":"Service Unavailable"}'],
  ['rest', 29_000, 504, '{"message": "Endpoint request timed out"}'],
] as const)('of a %s API waits %i ms for its function', async (front: RouteFront, patienceMs, status, text) => {
  const waits: number[] = [];
  const answer = await requestRoute(front, {
    invoke: () => new Promise(() => undefined),
    schedule: (delayMs, callback) => {
      waits.push(delayMs);
      setImmediate(callback);
      return () => undefined;
    },
  });
  expect([answer.status, answer.text, waits]).toEqual([status, text, [patienceMs]]);
});

it.each([
  ['alb', 1_048_576, 200, []],
  ['alb', 1_048_577, 502, ['the body of the answer is longer than 1 MB, which is what a load balancer takes']],
  ['rest', 1_048_577, 200, []],
] as const)('of front %s answers a body of %i bytes with %i', async (front, length, status, reasons) => {
  const payload = Buffer.from(JSON.stringify({ statusCode: 200, body: 'a'.repeat(length) }));
  const told: string[] = [];
  const answer = await requestRoute(front, {
    invoke: async () => ({ requestId: 'id', executedVersion: '$LATEST', payload }),
    onFailure: ({ reason }) => told.push(reason),
  });
  expect([answer.status, answer.text.length]).toEqual([status, status === 200 ? length : 24]);
  expect(told).toEqual(reasons);
});

interface Behaviour extends Pick<RouteHandlerDeps, 'onFailure'> {
  readonly invoke: () => Promise<InvocationOutcome>;
  readonly schedule?: RouteHandlerDeps['clock']['schedule'];
}

/** One request to a route of this front, with a function that does as told. */
async function requestRoute(front: RouteFront, { invoke, schedule = () => () => undefined, ...rest }: Behaviour) {
  const handler = createRouteHandler({
    ...rest,
    table: createRouteTable([{ route: '$default', front, functionName: 'told', region: 'us-east-1' }]),
    accountId: '000000000000',
    newId: () => 'id',
    isTraceSampled: () => false,
    clock: { now: () => 0, monotonic: () => 0, schedule },
    directory: {
      resolve: () => ({ snapshot: {} as never, invokedFunctionArn: 'arn', limits: { unreserved: 1 } }),
    },
    dispatcher: {
      invoke: () => ({ outcome: invoke() }) as Invocation,
      invokeStreaming: () => {
        throw new Error('nothing is streamed');
      },
    },
  });
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_routes/anything`);
    return { status: answer.status, text: await answer.text() };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
