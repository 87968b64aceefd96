import type { Socket } from 'node:net';
import { net } from './builtin-modules.js';
import { type HttpResponse, HttpResponseReader } from './http-response-reader.js';

interface Waiter {
  resolve(response: HttpResponse): void;
  reject(error: Error): void;
}

/** Bodies up to this many characters travel in one write together with the head. */
const ONE_WRITE_LIMIT = 65_536;

/**
 * One keep-alive HTTP/1.1 connection without node:http, whose loading alone takes longer than a whole
 * warm invocation. While no answer is awaited it does not keep the process alive, so that the event
 * loop of the function counts as empty when only the connection is left.
 */
export class HttpConnection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #waiter: Waiter | undefined;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Sends one request and resolves with its answer. `head` ends with the last header, without the empty line. */
  exchange(head: string, body: string | undefined): Promise<HttpResponse> {
    if (this.#waiter !== undefined) return new HttpConnection(this.#host, this.#port).exchange(head, body);
    const { socket, response } = this.open();
    const length = body === undefined ? '' : `\r\ncontent-length: ${Buffer.byteLength(body)}`;
    if (body === undefined || body.length <= ONE_WRITE_LIMIT) {
      socket.write(`${head}${length}\r\n\r\n${body ?? ''}`);
    } else {
      socket.cork();
      socket.write(`${head}${length}\r\n\r\n`);
      socket.write(body);
      socket.uncork();
    }
    return response;
  }

  /** Hands out the socket for a request that the caller writes itself, and the promise of the answer. */
  open(): { readonly socket: Socket; readonly response: Promise<HttpResponse> } {
    const socket = this.#liveSocket();
    const response = new Promise<HttpResponse>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    socket.ref();
    return { socket, response };
  }

  #liveSocket(): Socket {
    if (this.#socket?.writable) return this.#socket;
    const socket = net.connect({ host: this.#host, port: this.#port, noDelay: true });
    const reader = new HttpResponseReader();
    const lose = (error: Error) => {
      socket.destroy();
      if (this.#socket === socket) this.#settle((waiter) => waiter.reject(error));
    };
    socket.on('data', (bytes: Buffer) => {
      try {
        const response = reader.push(bytes);
        if (response === undefined) return;
        socket.unref();
        if (response.headers.connection?.toLowerCase() === 'close') socket.end();
        this.#settle((waiter) => waiter.resolve(response));
      } catch (error) {
        lose(error as Error);
      }
    });
    socket.on('error', lose);
    socket.on('end', () => lose(new Error('The Runtime API closed the connection')));
    socket.on('close', () => lose(new Error('The connection to the Runtime API was closed')));
    this.#socket = socket;
    return socket;
  }

  #settle(how: (waiter: Waiter) => void): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter !== undefined) how(waiter);
  }
}
