import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { Invocation } from '../../../../src/local/core/invocation.js';
import { createRouteHandler } from '../../../../src/local/function-url/route-handler.js';
import { createRouteTable, type RouteFront } from '../../../../src/local/function-url/route-table.js';

it.each([
  ['http', 30_000, 503, '{"message":"Service Unavailable"}'],
  ['rest', 29_000, 504, '{"message": "Endpoint request timed out"}'],
] as const)('of a %s API waits %i ms for its function', async (front: RouteFront, patienceMs, status, text) => {
  const waits: number[] = [];
  const handler = createRouteHandler({
    table: createRouteTable([{ route: '$default', front, functionName: 'slow', region: 'us-east-1' }]),
    accountId: '000000000000',
    newId: () => 'id',
    clock: {
      now: () => 0,
      monotonic: () => 0,
      schedule: (delayMs, callback) => {
        waits.push(delayMs);
        setImmediate(callback);
        return () => undefined;
      },
    },
    directory: {
      resolve: () => ({ snapshot: {} as never, invokedFunctionArn: 'arn', limits: { unreserved: 1 } }),
    },
    dispatcher: {
      invoke: () => ({ outcome: new Promise(() => undefined) }) as Invocation,
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
    expect([answer.status, await answer.text(), waits]).toEqual([status, text, [patienceMs]]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
