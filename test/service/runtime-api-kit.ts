import { randomUUID } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import { createDispatcher } from '../../src/local/core/dispatcher.js';
import type { EnvironmentIdentity } from '../../src/local/core/platform-event.js';
import { openEnvironmentListener } from '../../src/local/runtime-api/environment-listener.js';
import { systemClock } from '../../src/system/clock.js';
import { createRequest, type InvocationOverrides } from './lifecycle-service.js';

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** An environment without a process: the test is its runtime and speaks HTTP. */
export async function openRuntimeApi(overrides: InvocationOverrides = {}) {
  let address = '';
  let identity: EnvironmentIdentity | undefined;
  let onLaunched: () => void = () => undefined;
  const launched = new Promise<void>((resolve) => {
    onLaunched = resolve;
  });
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: {
      open: async ({ openRuntimeApi }) => {
        ({ address } = await openRuntimeApi());
        return {
          extensionNames: [],
          notes: [],
          startRuntime: async (events) => {
            onLaunched();
            const exit = { exitCode: undefined, isOutOfMemory: false };
            return { pid: undefined, signal: (signal) => events.onExit({ ...exit, signal }) };
          },
          startExtension: async () => Promise.reject(new Error('there are no extensions')),
          freeze: () => undefined,
          thaw: () => undefined,
          maxMemoryBytes: async () => 0,
          dispose: async () => undefined,
        };
      },
    },
    openListener: async (environment) => {
      identity = environment.identity;
      return openEnvironmentListener(environment);
    },
    sink: () => undefined,
    newId: randomUUID,
  });
  const start = (event: unknown = {}, more: InvocationOverrides = {}) =>
    dispatcher.invoke(createRequest(event, { ...overrides, ...more }), { unreserved: 10 });
  const first = start();
  first.outcome.catch(() => undefined);
  await launched;
  const [host = '', port = ''] = address.split(':');
  const agent = new http.Agent({ keepAlive: true });

  const send = (
    method: string,
    path: string,
    options: {
      readonly body?: string | Uint8Array;
      readonly headers?: http.OutgoingHttpHeaders;
      readonly trailers?: Record<string, string>;
    } = {},
  ): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { body, headers = {}, trailers } = options;
      const request = http.request({ host, port, method, path, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.on('error', reject);
      if (trailers !== undefined) {
        request.write(body ?? '');
        request.addTrailers(trailers);
        request.end();
      } else {
        request.end(body);
      }
    });

  return {
    first,
    start,
    send,
    identity: () => identity!,
    next: () => send('GET', '/2018-06-01/runtime/invocation/next'),
    respond: (requestId: string, options: Parameters<typeof send>[2] = { body: '{}' }) =>
      send('POST', `/2018-06-01/runtime/invocation/${requestId}/response`, options),
    /** Sends bytes as they are; resolves with all that came back when the other side closes or `isDone` says so. */
    raw: (bytes: string, options: { readonly hangsUp?: boolean } = {}): Promise<string> =>
      new Promise((resolve) => {
        const socket = net.connect({ host, port: Number(port) });
        let received = '';
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
          if (received.includes('\r\n\r\n')) socket.end();
        });
        socket.on('close', () => resolve(received));
        socket.write(bytes, () => {
          if (options.hangsUp === true) socket.destroy();
        });
      }),
    /** A connection on which the test writes bytes as they are. */
    talk: () => {
      const socket = net.connect({ host, port: Number(port), noDelay: true });
      let received = '';
      let check: () => void = () => undefined;
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        check();
      });
      onTestFinished(() => void socket.destroy());
      return {
        write: (bytes: string) => void socket.write(bytes, 'latin1'),
        hangUp: (): Promise<void> =>
          new Promise((resolve) => {
            socket.once('close', () => resolve());
            socket.destroy();
          }),
        /** What came since the last call, once it matches. */
        until: (pattern: RegExp): Promise<string> =>
          new Promise((resolve) => {
            check = () => {
              if (!pattern.test(received)) return;
              const whole = received;
              received = '';
              check = () => undefined;
              resolve(whole);
            };
            check();
          }),
      };
    },
    /** Begins a POST and resolves once the server has seen its headers; the returned function hangs up. */
    begin: (path: string): Promise<() => void> =>
      new Promise((resolve) => {
        const headers = { Expect: '100-continue', 'Content-Length': 10 };
        const request = http.request({ host, port, method: 'POST', path, headers });
        request.on('error', () => undefined);
        request.on('continue', () => resolve(() => request.destroy()));
        request.flushHeaders();
      }),
    async dispose() {
      agent.destroy();
      await dispatcher.dispose();
    },
  };
}

export type OpenedRuntimeApi = Awaited<ReturnType<typeof openRuntimeApi>>;
