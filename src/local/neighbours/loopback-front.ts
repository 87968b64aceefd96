import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/** Whatever answers HTTP requests once it has been loaded. */
export interface LazyBackend {
  answer(request: IncomingMessage, response: ServerResponse): void;
  dispose(): Promise<void>;
}

export interface LoopbackFront {
  readonly port: number;
  /** Loads the backend now instead of with the first request. */
  load(): Promise<LazyBackend>;
  dispose(): Promise<void>;
}

/**
 * A listener on 127.0.0.1 that costs nothing until somebody speaks to it: the backend is loaded with
 * the first request. `Host` must name this machine, so that no web page can reach it by DNS rebinding.
 */
export async function openLoopbackFront(
  port: number,
  loadBackend: (port: number) => Promise<LazyBackend>,
): Promise<LoopbackFront> {
  let backend: Promise<LazyBackend> | undefined;
  const load = () => {
    backend ??= loadBackend((server.address() as AddressInfo).port).catch((error: unknown) => {
      // The next request tries again: what was missing may be there by then.
      backend = undefined;
      throw error;
    });
    return backend;
  };
  const server = createServer((request, response) => {
    if (isForeign(request)) {
      response.writeHead(403).end();
      return;
    }
    load().then(
      (loaded) => loaded.answer(request, response),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    load,
    async dispose() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await (await backend?.catch(() => undefined))?.dispose();
    },
  };
}

/** A page from elsewhere in the user's browser, by rebinding a name or by a plain cross-site request. */
function isForeign({ headers: { host, origin, 'sec-fetch-site': site } }: IncomingMessage): boolean {
  const originHost = origin === undefined ? undefined : /^https?:\/\/(.+)$/.exec(origin)?.[1];
  return !isLocalHost(host) || site === 'cross-site' || (origin !== undefined && !isLocalHost(originHost));
}

/** `localhost`, any name below it (S3 puts the bucket there) and the loopback addresses, with or without port. */
export function isLocalHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  return /^(?:(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.)?localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new LambdakitError('port-taken', `port ${port} is taken by another program`, {
              hint: 'Choose another port, or 0 for any free one.',
              cause: error,
            })
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}
