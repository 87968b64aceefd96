import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpReply } from './http-exchange.js';
import { type PlainRequest, readPlainRequest } from './plain-request.js';

/** Answers one request. Never rejects; the signal that it may ask for aborts when the client hangs up. */
export type PlainExchange = (hangUpSignal: () => AbortSignal) => Promise<HttpReply>;

/** Says how a request is answered; undefined gives it, and the rest of its connection, to node:http. */
export type PlainRoutes = (request: PlainRequest) => PlainExchange | undefined;

/** The connections of a server that were not handed to node:http. */
export interface PlainConnections {
  /** Ends those that wait for a request, as `Server.close` does with its own. */
  closeIdle(): void;
  destroy(): void;
}

export interface PlainOptions {
  /** How long a connection may wait for a request before it is ended. Default: for ever. */
  readonly idleTimeoutMs?: number;
}

/**
 * Lets a server answer requests of the plain kind without the machinery of node:http, which costs more than
 * all the rest of a warm invocation. A connection that brings anything else is handed to node:http, with
 * every byte that was not answered, and stays there.
 */
export function acceptPlainRequests(server: Server, routes: PlainRoutes, options: PlainOptions = {}): PlainConnections {
  const serveHttp = server.listeners('connection');
  server.removeAllListeners('connection');
  const open = new Set<PlainConnection>();
  server.on('connection', (socket: Socket) => {
    const connection = new PlainConnection(socket, routes, () => {
      open.delete(connection);
      for (const serve of serveHttp) serve.call(server, socket);
    });
    open.add(connection);
    socket.once('close', () => open.delete(connection));
    connection.start(options.idleTimeoutMs ?? 0);
  });
  return {
    closeIdle: () => {
      for (const connection of open) connection.closeIfIdle();
    },
    destroy: () => {
      for (const connection of open) connection.destroy();
    },
  };
}

/** What node:http would refuse to write into a head; one bad value must not become another header. */
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Beyond this size a copy of the body costs more than a second piece. */
const MAX_ONE_WRITE_BYTES = 65_536;

/** While a reply is awaited no more than this is read ahead. */
const MAX_EARLY_BYTES = 65_536;

class PlainConnection {
  #isAnswering = false;
  /** Most exchanges do without. */
  #hangUp: AbortController | undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;

  constructor(
    private readonly socket: Socket,
    private readonly routes: PlainRoutes,
    private readonly handOver: () => void,
  ) {}

  start(idleTimeoutMs: number): void {
    const { socket } = this;
    if (idleTimeoutMs > 0) socket.setTimeout(idleTimeoutMs, this.#onTimeout);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  closeIfIdle(): void {
    if (!this.#isAnswering) this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  readonly #onTimeout = (): void => {
    if (!this.#isAnswering) this.socket.destroy();
  };

  readonly #onData = (bytes: Buffer): void => {
    if (!this.#isAnswering) {
      this.#take(bytes);
      return;
    }
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.socket.pause();
  };

  readonly #onEnd = (): void => {
    this.#hangUp?.abort();
    this.socket.end();
  };

  readonly #onError = (): void => {
    this.socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#hangUp?.abort();
  };

  #take(bytes: Buffer): void {
    const request = readPlainRequest(bytes);
    const exchange = request === undefined ? undefined : this.routes(request);
    if (exchange === undefined) {
      this.#leave(bytes);
      return;
    }
    this.#isAnswering = true;
    void exchange(this.#hangUpSignal).then((reply) => {
      this.#isAnswering = false;
      this.#hangUp = undefined;
      if (this.socket.destroyed || !this.socket.writable) return;
      this.#write(reply);
      this.#takeEarly();
    });
  }

  readonly #hangUpSignal = (): AbortSignal => {
    this.#hangUp ??= new AbortController();
    return this.#hangUp.signal;
  };

  #takeEarly(): void {
    if (this.#early.length === 0) return;
    const bytes = Buffer.concat(this.#early);
    this.#early = [];
    this.#earlyBytes = 0;
    if (this.socket.isPaused()) this.socket.resume();
    this.#take(bytes);
  }

  #leave(bytes: Buffer): void {
    const { socket } = this;
    socket.setTimeout(0);
    socket.off('timeout', this.#onTimeout);
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    socket.pause();
    socket.unshift(bytes);
    this.handOver();
    socket.resume();
  }

  #write({ status, headers, body }: HttpReply): void {
    const { socket } = this;
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (const name of Object.keys(headers)) {
      const value = headers[name] ?? '';
      if (typeof value === 'string' && BAD_VALUE.test(value)) {
        socket.destroy();
        return;
      }
      head += `${name}: ${value}\r\n`;
    }
    head += 'Connection: keep-alive\r\n\r\n';
    if (body.length <= MAX_ONE_WRITE_BYTES) {
      const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
      socket.write(head + text, 'latin1');
      return;
    }
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
  }
}
