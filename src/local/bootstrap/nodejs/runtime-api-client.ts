import { errorReport, xrayCause } from './error-report.js';
import { headerValue } from './header-value.js';
import { fitsOneWrite, HttpConnection } from './http-connection.js';
import type { HttpResponse } from './http-response-reader.js';
import { ResponseStream } from './response-stream.js';
import type { RuntimeSettings } from './runtime-settings.js';

const PREFIX = '/2018-06-01/runtime';

/** Larger causes than this are not sent. Source: the platform's own clients, 1 MiB of header. */
const MAX_XRAY_CAUSE_BYTES = 1_048_576;

type RuntimeApiAddress = Pick<RuntimeSettings, 'host' | 'port' | 'connectionDescriptor'>;

/** The calls of the Runtime API (Lambda developer guide, "Using the Lambda runtime API for custom runtimes"). */
export class RuntimeApiClient {
  readonly #connection: HttpConnection;
  readonly #commonHeaders: string;
  /** The next event was asked for together with the last response. */
  #upcoming: Promise<HttpResponse> | undefined;

  constructor({ host, port, connectionDescriptor }: RuntimeApiAddress) {
    this.#connection = new HttpConnection(host, port, connectionDescriptor);
    this.#commonHeaders = `host: ${host}:${port}\r\nuser-agent: aws-lambda-nodejs/${process.version}-lambdakit`;
  }

  /** Waits for the next event without a time limit. */
  async next(): Promise<HttpResponse> {
    const upcoming = this.#upcoming ?? this.#connection.exchange(this.#nextHead(), undefined);
    this.#upcoming = undefined;
    const response = await upcoming;
    if (response.status !== 200) throw new Error(`Failed to get next invocation, status ${response.status}`);
    return response;
  }

  async postResponse(requestId: string, body: string): Promise<void> {
    tellRefusal(await this.#post(responseTarget(requestId), body));
  }

  /**
   * Posts a response and, when it is short, asks for the next event in the same piece, which saves the
   * service and this process a round for each invocation; `next` must follow, and tells a lost connection. A long one may be
   * refused for its size, so nothing goes with it.
   */
  postResponseBeforeNext(requestId: string, body: string): Promise<void> | undefined {
    if (!fitsOneWrite(body) || !this.#connection.isFree) return this.postResponse(requestId, body);
    const head = this.#postHead(responseTarget(requestId));
    const [answer, upcoming] = this.#connection.exchangeTwo(head, body, this.#nextHead());
    answer.then(tellRefusal, () => undefined);
    this.#upcoming = upcoming;
    return undefined;
  }

  async postError(requestId: string, thrown: unknown): Promise<void> {
    const cause = xrayCause(thrown);
    const header = Buffer.byteLength(cause) < MAX_XRAY_CAUSE_BYTES ? cause : '';
    tellRefusal(
      await this.#post(
        `/invocation/${encodeURIComponent(requestId)}/error`,
        JSON.stringify(errorReport(thrown)),
        `\r\nlambda-runtime-function-xray-error-cause: ${header}`,
      ),
    );
  }

  async postInitError(thrown: unknown): Promise<void> {
    const report = errorReport(thrown);
    const type = `\r\nLambda-Runtime-Function-Error-Type: ${headerValue(report.errorType)}`;
    await this.#post('/init/error', JSON.stringify(report), type);
  }

  /**
   * Connects to the address before the first event of a streaming handler: a stream that fails is cut off by closing its
   * connection, and the one with which we were started is held open by others, too.
   */
  prepareStreams(): void {
    this.#connection.leaveGiven();
  }

  /** Opens a streamed response; its head leaves with the first byte, so that the content type can still change. */
  streamResponse(requestId: string, highWaterMark: number | undefined): ResponseStream {
    return new ResponseStream({
      ...this.#connection.open(),
      head: `POST ${PREFIX}${responseTarget(requestId)} HTTP/1.1\r\n${this.#commonHeaders}`,
      highWaterMark,
    });
  }

  #post(target: string, body: string, extraHeaders = ''): Promise<HttpResponse> {
    return this.#connection.exchange(this.#postHead(target) + extraHeaders, body);
  }

  #postHead(target: string): string {
    return `POST ${PREFIX}${target} HTTP/1.1\r\n${this.#commonHeaders}\r\ncontent-type: application/json`;
  }

  #nextHead(): string {
    return `GET ${PREFIX}/invocation/next HTTP/1.1\r\n${this.#commonHeaders}`;
  }
}

function responseTarget(requestId: string): string {
  return `/invocation/${encodeURIComponent(requestId)}/response`;
}

/** A refused post (a body over the limit, for example) does not end the runtime; it shows in the log as on Lambda. */
function tellRefusal({ status, body }: HttpResponse): void {
  if (status < 300) return;
  const text = `Failed to post handler success response. Http response code: ${status}. ${body.trimEnd()}`;
  process.stdout.write(`[ERROR] [${Date.now()}] LAMBDA_RUNTIME ${text}\n`);
}
