import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpReply } from './http-exchange.js';
import { latin1, renderPlainHead } from './plain-reply.js';
import { type PlainRequest, PlainRequestReader } from './plain-request.js';
import { noteArrival, noteSending, noteWork, noteWorkDone } from './short-waits.js';

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
  /**
   * A 202 to a client that has sent its next request already may wait a moment for the answer to that one, so
   * that both go out in one piece. For clients that have nothing to do until then.
   */
  readonly joinsAcceptance?: boolean;
  /** Its exchanges are waits for work and no work, as those of a long poll. */
  readonly isPolled?: boolean;
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
    const handOver = (): void => {
      open.delete(connection);
      for (const serve of serveHttp) serve.call(server, socket);
    };
    const connection = new PlainConnection({ socket, routes, options, handOver });
    open.add(connection);
    socket.once('close', () => open.delete(connection));
    connection.start();
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

/** Beyond this size a copy of the body costs more than a second piece. */
const MAX_ONE_WRITE_BYTES = 65_536;

/** How long a reply may wait for the next one. */
const JOIN_MS = 20;

/** While a reply is awaited no more than this is read ahead. */
const MAX_EARLY_BYTES = 65_536;

interface PlainConnectionOptions {
  readonly socket: Socket;
  readonly routes: PlainRoutes;
  readonly options: PlainOptions;
  readonly handOver: () => void;
}

class PlainConnection {
  readonly #socket: Socket;
  readonly #routes: PlainRoutes;
  readonly #options: PlainOptions;
  readonly #handOver: () => void;
  readonly #reader = new PlainRequestReader();
  #isAnswering = false;
  /** Most exchanges do without. */
  #hangUp: AbortController | undefined;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  /** A whole reply that is not written yet. */
  #held = '';
  #holdTimer: NodeJS.Timeout | undefined;

  constructor({ socket, routes, options, handOver }: PlainConnectionOptions) {
    this.#socket = socket;
    this.#routes = routes;
    this.#options = options;
    this.#handOver = handOver;
  }

  start(): void {
    const socket = this.#socket;
    const { idleTimeoutMs = 0 } = this.#options;
    if (idleTimeoutMs > 0) socket.setTimeout(idleTimeoutMs, this.#onTimeout);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  closeIfIdle(): void {
    if (!this.#isAnswering) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onTimeout = (): void => {
    if (!this.#isAnswering) this.#socket.destroy();
  };

  readonly #onData = (bytes: Buffer): void => {
    noteArrival();
    this.#receive(bytes);
  };

  #receive(bytes: Buffer): void {
    if (!this.#isAnswering) {
      this.#take(bytes);
      return;
    }
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.#socket.pause();
  }

  readonly #onEnd = (): void => {
    this.#hangUp?.abort();
    this.#socket.end();
  };

  readonly #onError = (): void => {
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    clearTimeout(this.#holdTimer);
    this.#hangUp?.abort();
  };

  #take(bytes: Buffer): void {
    const request = this.#reader.read(bytes);
    const exchange = request === undefined ? undefined : this.#routes(request);
    if (request === undefined || exchange === undefined) {
      this.#leave(bytes);
      return;
    }
    this.#isAnswering = true;
    const { isPolled = false } = this.#options;
    if (!isPolled) noteWork();
    if (request.rest.length > 0) this.#receive(request.rest);
    void exchange(this.#hangUpSignal).then((reply) => {
      this.#hangUp = undefined;
      if (!isPolled) noteWorkDone();
      if (this.#socket.writable) {
        if (this.#isToHold(reply)) this.#hold(reply);
        else this.#write(reply);
      }
      // What this request has brought about elsewhere, such as an answer to somebody who waits, goes before the next one.
      if (this.#early.length > 0) process.nextTick(this.#takeEarly);
      else this.#isAnswering = false;
    });
  }

  readonly #hangUpSignal = (): AbortSignal => {
    this.#hangUp ??= new AbortController();
    return this.#hangUp.signal;
  };

  readonly #takeEarly = (): void => {
    this.#isAnswering = false;
    if (!this.#socket.writable) return;
    const bytes = Buffer.concat(this.#early);
    this.#early = [];
    this.#earlyBytes = 0;
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#take(bytes);
  };

  #leave(bytes: Buffer): void {
    const socket = this.#socket;
    socket.setTimeout(0);
    socket.off('timeout', this.#onTimeout);
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
    this.#writeHeld();
    socket.pause();
    socket.unshift(bytes);
    this.#handOver();
    socket.resume();
  }

  #isToHold({ status }: HttpReply): boolean {
    return this.#options.joinsAcceptance === true && status === 202 && this.#early.length > 0;
  }

  #hold(reply: HttpReply): void {
    this.#held += (renderPlainHead(reply) ?? '') + latin1(reply.body);
    this.#holdTimer ??= setTimeout(this.#writeHeld, JOIN_MS).unref();
  }

  readonly #writeHeld = (): void => {
    const held = this.#takeHeld();
    if (held !== '' && this.#socket.writable) this.#socket.write(held, 'latin1');
  };

  #takeHeld(): string {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    const held = this.#held;
    this.#held = '';
    return held;
  }

  #write(reply: HttpReply): void {
    const socket = this.#socket;
    const head = renderPlainHead(reply);
    if (head === undefined) {
      socket.destroy();
      return;
    }
    const { body } = reply;
    const held = this.#takeHeld();
    if (body.length <= MAX_ONE_WRITE_BYTES) {
      socket.write(held + head + latin1(body), 'latin1');
    } else {
      socket.cork();
      socket.write(held + head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    noteSending();
  }
}
