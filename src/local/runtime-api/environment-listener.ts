import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceptPlainRequests } from '../../system/plain-connection.js';
import { inOrder } from '../../system/requests-in-order.js';
import { metadataTokenOf } from '../core/environment/environment-identity.js';
import type { EnvironmentApi } from '../core/environment-api.js';
import type { EnvironmentListener } from '../core/ports.js';
import type { EnvironmentRouter } from './environment-router.js';
import { createMetadataRouter } from './metadata-router.js';
import { isOurName } from './our-names.js';
import { createPlainRuntimeCalls } from './plain-runtime-calls.js';
import { replyError, replyJson } from './replies.js';
import { createRuntimeRouter } from './runtime-router.js';

/** AWS's own runtime clients put up to 1 MiB of X-Ray cause into one header; there must be room beside it. */
const MAX_HEADER_BYTES = 1.25 * 1024 * 1024;

/**
 * Opens the HTTP server of one environment on a loopback port of its own: whoever talks to it belongs
 * to that environment. `routers` add the other APIs; the Runtime API comes first.
 */
export async function openEnvironmentListener(
  environment: EnvironmentApi,
  routers: readonly EnvironmentRouter[] = [],
): Promise<EnvironmentListener> {
  const { environmentId, functionArn } = environment.identity;
  const metadata = createMetadataRouter({
    token: metadataTokenOf(environmentId),
    availabilityZoneId: availabilityZoneId(functionArn.split(':')[3] ?? ''),
  });
  const all = [createRuntimeRouter(environment.runtime), ...routers, metadata];
  const server = createServer(
    { keepAlive: true, noDelay: true, maxHeaderSize: MAX_HEADER_BYTES },
    // A runtime may send its response and the call for the next event in one piece: the second is allowed by the first.
    inOrder((request, response) => route(all, request, response)),
  );
  // A poll waits as long as the environment is idle; no limit of ours may cut it.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  server.timeout = 0;
  const plain = acceptPlainRequests(server, createPlainRuntimeCalls(environment.runtime), {
    joinsAcceptance: true,
    isPolled: true,
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    // The server listens by now, or it would not count the connection among its own.
    accept: (connection) => void server.emit('connection', connection),
    close: () => close(server, plain.destroy),
  };
}

function route(routers: readonly EnvironmentRouter[], request: IncomingMessage, response: ServerResponse): void {
  const { host, path } = addressOf(request);
  try {
    if (request.headers.origin !== undefined || !isOurName(host)) {
      // Only a browser sends an origin, or the name of a page that was bound to our address; no page has business here.
      request.resume();
      replyJson(response, 403, { errorMessage: 'Requests from web pages are refused', errorType: 'Forbidden' });
    } else if (!routers.some((router) => router(request, response, path))) {
      request.resume();
      replyJson(response, 404, { errorMessage: `No such path: ${path}`, errorType: 'NotFound' });
    }
  } catch (error) {
    replyError(response, error);
  }
}

/** Clients behind a proxy write the whole URL where others write the path; its host then counts (RFC 9112, section 3.2.2). */
function addressOf({ url = '/', headers }: IncomingMessage): {
  readonly host: string | undefined;
  readonly path: string;
} {
  const [, authority, rest = url] = /^http:\/\/([^/?]*)(.*)$/i.exec(url) ?? [];
  const query = rest.indexOf('?');
  const path = query < 0 ? rest : rest.slice(0, query);
  return { host: authority ?? headers.host, path: path === '' ? '/' : path };
}

/** The first zone of a region: `eu-central-1` has `euc1-az1` (AWS RAM, "Availability Zone IDs"). */
function availabilityZoneId(region: string): string {
  const [area = '', ...rest] = region.split('-');
  const number = rest.at(-1) ?? '';
  const directions = rest.slice(0, -1).map((word) => /^(north|south)(east|west)$/.exec(word) ?? [word, word]);
  return `${area}${directions
    .map((words) =>
      words
        .slice(1)
        .map((word) => (word ?? '').slice(0, 1))
        .join(''),
    )
    .join('')}${number}-az1`;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server, destroyOthers: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    destroyOthers();
    server.closeAllConnections();
  });
}
