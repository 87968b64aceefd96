import type { ClientGeneration } from './client-generation.js';
import type { Handler } from './handler-loader.js';
import type { ResponseStream } from './response-stream.js';
import { runtimeError } from './runtime-error.js';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

type MarkedHandler = Handler & { [STREAMING]?: unknown; [HIGH_WATER_MARK]?: unknown };

/** How a handler asks to be called. */
export interface StreamingMark {
  readonly isStreaming: boolean;
  readonly highWaterMark: number | undefined;
}

/** Offers `awslambda` to user code (Lambda developer guide, "Response streaming", Node.js). */
export function installAwslambdaGlobal(members: Readonly<Record<string, unknown>>): void {
  const target = globalThis as { awslambda?: object };
  target.awslambda = { ...target.awslambda, streamifyResponse, HttpResponseStream, ...members };
}

export function streamingMark(handler: Handler, generation: ClientGeneration): StreamingMark {
  const { [STREAMING]: mark, [HIGH_WATER_MARK]: highWaterMark } = handler as MarkedHandler;
  if (mark && mark !== 'response') {
    throw runtimeError('MalformedStreamingHandler', 'Only response streaming is supported.', generation);
  }
  const bytes = Number(highWaterMark);
  return { isStreaming: Boolean(mark), highWaterMark: highWaterMark && !Number.isNaN(bytes) ? bytes : undefined };
}

function streamifyResponse(handler: MarkedHandler, options?: { readonly highWaterMark?: unknown }): Handler {
  handler[STREAMING] = 'response';
  if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
  return handler;
}

/** Puts status, headers and cookies in front of a streamed HTTP response. */
// biome-ignore lint/complexity/noStaticOnlyClass: functions call it as `awslambda.HttpResponseStream.from`
class HttpResponseStream {
  static from(stream: ResponseStream, metadata: unknown): ResponseStream {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    const prelude = JSON.stringify(metadata);
    stream._onBeforeFirstWrite = (write) => {
      write(prelude);
      write(new Uint8Array(8));
    };
    return stream;
  }
}
