import { Agent, request } from 'node:http';

const SIGNED = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
export const FUNCTIONS = '/2015-03-31/functions';
const ROLE = 'arn:aws:iam::000000000000:role/service';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
}

/** A client with little work of its own: signed header, kept connections, no retries. */
export interface LoadClient {
  send(call: Call): Promise<Answer>;
  /** The same, and an error when the status is not that of success. */
  ask(call: Call): Promise<Answer>;
  close(): void;
}

export function createLoadClient(endpoint: string, maxSockets = 128): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const { hostname, port } = new URL(endpoint);
  const send = ({ method = 'GET', path, headers = {}, body }: Call) =>
    new Promise<Answer>((resolve, reject) => {
      const bytes =
        body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      // Without a length the body of a DELETE would be read as the beginning of the next request.
      const framing = bytes === undefined ? {} : { 'content-length': Buffer.byteLength(bytes) };
      const outgoing = request(
        { agent, hostname, port, method, path, headers: { authorization: SIGNED, ...framing, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  return {
    send,
    async ask(call) {
      const answer = await send(call);
      if (answer.status >= 300)
        throw new Error(`${call.method ?? 'GET'} ${call.path}: ${answer.status} ${answer.text}`);
      return answer;
    },
    close: () => agent.destroy(),
  };
}

/** What CreateFunction is sent for a Node.js package. */
export function functionBody(FunctionName: string, zip: Buffer, more: object = {}): object {
  return {
    FunctionName,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile: zip.toString('base64') },
    ...more,
  };
}

export function invoke(name: string, event: unknown, qualifier?: string): Call {
  const query = qualifier === undefined ? '' : `?Qualifier=${qualifier}`;
  return { method: 'POST', path: `${FUNCTIONS}/${name}/invocations${query}`, body: JSON.stringify(event) };
}

export interface LoadReport {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Runs `total` calls by `callers` at a time and measures each. What a call throws is thrown. */
export async function runLoad(
  total: number,
  callers: number,
  call: (index: number) => Promise<void>,
): Promise<LoadReport> {
  const durations: number[] = [];
  let next = 0;
  const startedMs = performance.now();
  const work = async () => {
    for (let index = next++; index < total; index = next++) {
      const beganMs = performance.now();
      await call(index);
      durations.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, work));
  const seconds = (performance.now() - startedMs) / 1000;
  return { requestsPerSecond: total / seconds, ...spread(durations) };
}

export function spread(durations: readonly number[]): Omit<LoadReport, 'requestsPerSecond'> {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** Looks again until it is so; the test's own time limit ends it. */
export async function until<T>(look: () => Promise<T>, isSo: (value: T) => boolean, everyMs = 50): Promise<T> {
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
