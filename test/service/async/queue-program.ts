/**
 * A program with a queue, its log on disk and a loopback door, made to be killed. Arguments: the state
 * folder and the share of runs that fail. It tells its port by IPC; every run, dead letter and end is a line on disk.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createAsyncQueue } from '../../../src/local/core/async/async-queue.js';
import type { FunctionSnapshot } from '../../../src/local/core/function-snapshot.js';
import { openAsyncEventLog } from '../../../src/local/store/async-event-log.js';
import { systemClock } from '../../../src/system/clock.js';

const [folder = '', failingShare = '0'] = process.argv.slice(2);
const note = (file: string, id: string) => appendFileSync(path.join(folder, file), `${id}\n`);
const log = await openAsyncEventLog(path.join(folder, 'async.log'), { compactionSlackBytes: 50_000 });
const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:orders';
const deadLetterTarget = 'arn:aws:sqs:eu-west-1:000000000000:dead';

const queue = createAsyncQueue({
  clock: systemClock,
  log,
  // One minute is 20 ms.
  timeScale: 3000,
  concurrencyPerFunction: 50,
  directory: {
    resolve: () => ({
      snapshot: { functionName: 'orders', version: '$LATEST', functionArn } as FunctionSnapshot,
      invokedFunctionArn: functionArn,
      limits: { unreserved: 1000 },
    }),
  },
  settings: {
    asyncSettings: () => ({ maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600_000, deadLetterTarget }),
  },
  dispatcher: {
    invoke: ({ requestId, snapshot }) => {
      note('runs', requestId);
      const outcome = new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 5)).then(() => {
        const hasFailed = Math.random() < Number(failingShare);
        if (!hasFailed) note('succeeded', requestId);
        return {
          requestId,
          executedVersion: snapshot.version,
          payload: Buffer.from(hasFailed ? '{"errorMessage":"unlucky"}' : 'null'),
          ...(hasFailed && { functionError: 'Unhandled' as const }),
        };
      });
      return { outcome, completion: new Promise(() => undefined) };
    },
  },
  delivery: {
    deliverRecord: async () => undefined,
    deliverDeadLetter: async (_arn, event) => note('dead', event.requestId),
  },
});

const server = createServer((request, response) => {
  const id = request.url?.slice(1) ?? '';
  if (id === 'when-empty') {
    void queue.whenEmpty().then(() => response.end());
    return;
  }
  const payload = Buffer.from(JSON.stringify({ id, filler: 'x'.repeat(200) }));
  const event = {
    requestId: id,
    functionName: 'orders',
    functionArn,
    qualifier: undefined,
    region: 'eu-west-1',
    payload,
  };
  void queue.enqueue({ ...event, traceHeader: 'Root=1-0' }).then(
    () => response.writeHead(202).end(),
    (error) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
