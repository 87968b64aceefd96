import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoomServer {
  readonly url: string;
  readonly address: string;
  close(): Promise<void>;
}

/** A real listener with routers in it, as one environment has. */
export async function startRoomServer(
  ...routers: readonly ((request: IncomingMessage, response: ServerResponse, path: string) => boolean)[]
): Promise<RoomServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    if (!routers.some((router) => router(request, response, path))) response.writeHead(404).end('404 page not found\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${address}`,
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
