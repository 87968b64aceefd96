import { connect, type Socket } from 'node:net';
import type { Destination } from './destination.js';

/** The way to one subscriber. */
export interface Delivery {
  /** Sends one batch of JSON documents. Rejects when the subscriber did not take it, or on abort. */
  send(records: readonly string[], signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What `sandbox.localdomain` stands for in every environment. */
const SANDBOX_ADDRESS = '127.0.0.1';

/** Opens the way to a destination; nothing is connected before the first batch. */
export function createDelivery(destination: Destination): Delivery {
  return destination.protocol === 'HTTP' ? createHttpDelivery(destination) : createTcpDelivery(destination.port);
}

type HttpDestination = Extract<Destination, { readonly protocol: 'HTTP' }>;

/** One request per batch, its body a JSON array. */
function createHttpDelivery({ method, port, path }: HttpDestination): Delivery {
  // Loaded only here: most functions have nobody who subscribes.
  const { Agent, request: httpRequest } = process.getBuiltinModule('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (records, signal) =>
      new Promise((resolve, reject) => {
        const body = Buffer.from(`[${records.join(',')}]`, 'utf8');
        const headers = {
          Host: `sandbox.localdomain:${port}`,
          'Content-Type': 'application/json',
          'Content-Length': body.length,
        };
        const request = httpRequest(
          { agent, host: SANDBOX_ADDRESS, port, path, method, headers, signal },
          (response) => {
            const status = response.statusCode ?? 0;
            // The status tells that the batch was taken; a connection lost after it must not send the batch twice.
            response.on('error', reject).resume();
            if (status >= 200 && status < 300) resolve();
            else reject(new Error(`the subscriber answered ${status}`));
          },
        );
        request.on('error', reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** One connection for all batches, one line per document. A broken connection is opened anew for the next try. */
function createTcpDelivery(port: number): Delivery {
  let open: Socket | undefined;
  const openSocket = () => {
    const socket = connect({ host: SANDBOX_ADDRESS, port });
    // Without a listener an error between two batches would end the whole service.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (open === socket) open = undefined;
    });
    return socket;
  };
  return {
    send(records, signal) {
      open ??= openSocket();
      return writeLines(open, records, signal);
    },
    close: () => open?.destroy(),
  };
}

/** Resolves when the lines were handed to the kernel; destroys the socket on every failure. */
function writeLines(socket: Socket, records: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.destroy();
    const onClose = () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error('the connection to the subscriber was lost'));
    };
    signal.addEventListener('abort', onAbort);
    socket.once('close', onClose);
    socket.write(`${records.join('\n')}\n`, (error) => {
      if (error !== undefined && error !== null) {
        socket.destroy();
        return;
      }
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('close', onClose);
      resolve();
    });
  });
}
