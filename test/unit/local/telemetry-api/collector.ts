import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

export interface Collector {
  readonly port: number;
  /** Each batch: where it went and its documents. */
  readonly batches: {
    readonly target: string;
    readonly contentType: string | undefined;
    readonly records: WireRecord[];
  }[];
  /** Resolves as soon as a record for which `matches` holds has arrived. */
  arrived(matches: (record: WireRecord) => boolean): Promise<WireRecord>;
  close(): Promise<void>;
}

export interface WireRecord {
  readonly time: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly record: any;
}

/** Receives telemetry over HTTP as an extension does; `statuses` are the replies to the first batches, all after `gate`. */
export async function startHttpCollector(
  statuses: readonly number[] = [],
  port = 0,
  gate: Promise<void> = Promise.resolve(),
): Promise<Collector> {
  const left = [...statuses];
  const { batches, arrived, add } = createInbox();
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await gate;
    const status = left.shift() ?? 200;
    if (status < 300) {
      const records = JSON.parse(Buffer.concat(chunks).toString()) as WireRecord[];
      add({ target: `${request.method} ${request.url}`, contentType: request.headers['content-type'], records });
    }
    response.writeHead(status).end('thanks');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: portOf(server), batches, arrived, close };
}

/** Receives telemetry over TCP, one document per line. `dropFirst` connections are cut at their first byte. */
export async function startTcpCollector(dropFirst = 0): Promise<Collector> {
  let left = dropFirst;
  const sockets = new Set<Socket>();
  const { batches, arrived, add } = createInbox();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    if (left-- > 0) {
      socket.resetAndDestroy();
      return;
    }
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.setEncoding('utf8').on('data', (chunk) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop()!;
      add({ target: 'tcp', contentType: undefined, records: lines.map((line) => JSON.parse(line) as WireRecord) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: portOf(server), batches, arrived, close };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function createInbox() {
  const batches: Collector['batches'] = [];
  const waiting = new Set<() => void>();
  return {
    batches,
    add(batch: Collector['batches'][number]) {
      batches.push(batch);
      for (const look of waiting) look();
    },
    arrived: (matches: (record: WireRecord) => boolean) =>
      new Promise<WireRecord>((resolve) => {
        const look = () => {
          const found = batches.flatMap(({ records }) => records).find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
