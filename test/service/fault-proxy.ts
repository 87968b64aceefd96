import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to one request on its way. */
export type Fault =
  | 'none'
  | 'throttle'
  | 'server-error'
  | 'unavailable'
  /** The connection breaks before the service has seen the request. */
  | 'reset-before'
  /** The service has done it, and the answer is lost. */
  | 'reset-after'
  | 'half-body'
  /** Nobody ever answers. */
  | 'stall-before'
  | 'stall-after';

export interface ProxiedRequest {
  readonly number: number;
  readonly method: string;
  readonly url: string;
}

export interface FaultProxyOptions {
  readonly target: string;
  readonly faultFor: (request: ProxiedRequest) => Fault;
  /** Closes the connection after each answer, so that each call looks the host up again. */
  readonly closesConnections?: boolean;
  /** Called when the service has answered, before the answer goes on. */
  readonly onForwarded?: (request: ProxiedRequest) => void;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** How often each fault was played. */
  readonly counts: Readonly<Partial<Record<Fault, number>>>;
}

/** A proxy before a Lambda API that spoils requests and answers; ends with the test. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, faultFor, onForwarded, closesConnections = false } = options;
  const counts: Partial<Record<Fault, number>> = {};
  let number = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readAll(request);
      const facts = { number: ++number, method: request.method ?? '', url: request.url ?? '' };
      if (closesConnections) response.setHeader('connection', 'close');
      const fault = faultFor(facts);
      counts[fault] = (counts[fault] ?? 0) + 1;
      if (spoilBefore(fault, request, response)) return;
      const answer = await forward(target, request, body);
      onForwarded?.(facts);
      spoilAfter(fault, request, response, answer);
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counts };
}

function spoilBefore(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
  switch (fault) {
    case 'throttle':
      refuse(response, 429, 'TooManyRequestsException', 'Rate exceeded');
      return true;
    case 'server-error':
      refuse(response, 500, 'ServiceException', 'An error occurred and the request cannot be processed.');
      return true;
    case 'unavailable':
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Service Unavailable</html>');
      return true;
    case 'reset-before':
      request.socket.resetAndDestroy();
      return true;
    case 'stall-before':
      return true;
    default:
      return false;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function spoilAfter(fault: Fault, request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (fault === 'reset-after') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault === 'stall-after') return;
  const { connection: _, 'keep-alive': __, ...headers } = answer.headers;
  response.writeHead(answer.status, headers);
  if (fault !== 'half-body' || answer.body.length < 2) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body.subarray(0, answer.body.length / 2), () => request.socket.destroy());
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ Type: 'User', message }));
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(target);
    const onward = httpRequest(
      new URL(request.url ?? '/', target),
      { method: request.method, headers: { ...request.headers, host } },
      (answer) => {
        readAll(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
          reject,
        );
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}

/** Numbers from 0 to 1 that depend on the seed alone. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Faults at a rate, each kind as likely as the others. */
export function stormOf(rate: number, random: () => number, faults: readonly Fault[]): () => Fault {
  return () => (random() < rate ? (faults[Math.floor(random() * faults.length)] ?? 'none') : 'none');
}

/** Lets so many requests a second through, with a burst of one second, and throttles the rest. */
export function limiterOf(requestsPerSecond: number): {
  readonly faultFor: () => Fault;
  readonly startedAt: () => number;
} {
  let tokens = requestsPerSecond;
  let refilledAt = performance.now();
  const startedAt = refilledAt;
  return {
    startedAt: () => startedAt,
    faultFor: () => {
      const now = performance.now();
      tokens = Math.min(requestsPerSecond, tokens + ((now - refilledAt) / 1_000) * requestsPerSecond);
      refilledAt = now;
      if (tokens < 1) return 'throttle';
      tokens -= 1;
      return 'none';
    },
  };
}
