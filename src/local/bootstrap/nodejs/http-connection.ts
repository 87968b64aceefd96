import type { Socket } from 'node:net';
import { fs, net } from './builtin-modules.js';
import { type HttpResponse, HttpResponseReader } from './http-response-reader.js';

interface Waiter {
  resolve(response: HttpResponse): void;
  reject(error: Error): void;
}

/** As much as Node.js reads at once. */
const READ_BYTES = 65_536;

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
  /** Of a connection that is open and was not used yet. */
  #descriptor: number | undefined;
  #socket: Socket | undefined;
  /** Of the requests that were sent and not answered, in their order. */
  #waiters: Waiter[] = [];

  constructor(host: string, port: number, descriptor?: number) {
    this.#host = host;
    this.#port = port;
    this.#descriptor = descriptor;
  }

  /** Closes the connection that was given, unless it is in use; the first request makes another. */
  leaveGiven(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Sends one request and resolves with its answer. `head` ends with the last header, without the empty line. */
  exchange(head: string, body: string | undefined): Promise<HttpResponse> {
    if (this.#waiters.length > 0) return new HttpConnection(this.#host, this.#port).exchange(head, body);
    const { socket, response } = this.open();
    const length = body === undefined ? '' : `\r\ncontent-length: ${Buffer.byteLength(body)}`;
    if (body === undefined || fitsOneWrite(body)) {
      socket.write(`${head}${length}\r\n\r\n${body ?? ''}`);
    } else {
      socket.cork();
      socket.write(`${head}${length}\r\n\r\n`);
      socket.write(body);
      socket.uncork();
    }
    return response;
  }

  /** Sends a request with a short body and, in the same piece, another one without a body. */
  exchangeTwo(head: string, body: string, secondHead: string): [Promise<HttpResponse>, Promise<HttpResponse>] {
    const { socket, response } = this.open();
    const second = this.#await();
    socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}${secondHead}\r\n\r\n`);
    return [response, second];
  }

  /** True when nothing that was sent waits for its answer. */
  get isFree(): boolean {
    return this.#waiters.length === 0;
  }

  /** Hands out the socket for a request that the caller writes itself, and the promise of the answer. */
  open(): { readonly socket: Socket; readonly response: Promise<HttpResponse> } {
    const socket = this.#liveSocket();
    const response = this.#await();
    socket.ref();
    return { socket, response };
  }

  #await(): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  #liveSocket(): Socket {
    if (this.#socket?.writable) return this.#socket;
    const reader = new HttpResponseReader();
    const socket = this.#connect((bytes) => {
      try {
        for (const response of reader.read(bytes)) this.#settle(socket, response);
      } catch (error) {
        lose(error as Error);
      }
    });
    const lose = (error: Error) => {
      // With an end first: to close a connection that others hold open, too, would not end it.
      socket.destroySoon();
      if (this.#socket === socket) for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    };
    socket.on('error', lose);
    socket.on('end', () => lose(new Error('The Runtime API closed the connection')));
    socket.on('close', () => lose(new Error('The connection to the Runtime API was closed')));
    this.#socket = socket;
    return socket;
  }

  /** Reads all into one buffer, instead of a new one for each piece and the stages of a stream for it. */
  #connect(take: (bytes: Buffer) => void): Socket {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (count: number) => {
      take(buffer.subarray(0, count));
      return true;
    };
    const fd = this.#descriptor;
    this.#descriptor = undefined;
    const onread = { buffer, callback };
    if (fd !== undefined) return new net.Socket({ fd, readable: true, writable: true, onread });
    return net.connect({ host: this.#host, port: this.#port, noDelay: true, onread });
  }

  #settle(socket: Socket, response: HttpResponse): void {
    const waiter = this.#waiters.shift();
    if (this.#waiters.length === 0) socket.unref();
    if (response.headers.get('connection')?.toLowerCase() === 'close') socket.end();
    waiter?.resolve(response);
  }
}

/** True for a body that travels in one write together with its head. */
export function fitsOneWrite(body: string): boolean {
  return body.length <= ONE_WRITE_LIMIT;
}
