import type { HttpReply } from '../../system/http-exchange.js';
import type { PlainExchange } from '../../system/plain-connection.js';
import type { PlainRequest } from '../../system/plain-request.js';
import type { RuntimeApiPort } from '../core/environment-api.js';
import { refusalReply } from '../core/refusal-reply.js';
import { isOurName } from './our-names.js';
import { eventHeaders, MAX_BODY_BYTES, reportedError } from './runtime-router.js';

const NEXT_PATH = '/2018-06-01/runtime/invocation/next';
const OUTCOME_PATH = /^\/2018-06-01\/runtime\/invocation\/([0-9a-f-]{36})\/(response|error)$/;

const ACCEPTED: HttpReply = jsonReply(202, '{"status":"OK"}\n');

/**
 * The calls that invocations make, in their usual form. What they do is what the runtime router does, to which all
 * other requests go.
 */
export function createPlainRuntimeCalls(runtime: RuntimeApiPort): (request: PlainRequest) => PlainExchange | undefined {
  return ({ method, url, headers, body }) => {
    if (!isOurName(headers.host)) return undefined;
    if (url === NEXT_PATH) return method === 'GET' ? (hangUpSignal) => next(runtime, hangUpSignal()) : undefined;
    const [, requestId, outcome] = OUTCOME_PATH.exec(url) ?? [];
    if (requestId === undefined || method !== 'POST' || body.length > MAX_BODY_BYTES) return undefined;
    if (outcome === 'error') return accept(() => runtime.invocationError(requestId, reportedError(headers, body)));
    if (headers['lambda-runtime-function-response-mode'] !== undefined) return undefined;
    return accept(() => {
      runtime.beginResponse(requestId);
      runtime.completeResponse(requestId, body, headers['content-type']);
    });
  };
}

function accept(take: () => void): PlainExchange {
  return async () => {
    try {
      take();
      return ACCEPTED;
    } catch (error) {
      return refused(error);
    }
  };
}

async function next(runtime: RuntimeApiPort, signal: AbortSignal): Promise<HttpReply> {
  try {
    const event = await runtime.next(signal);
    return { status: 200, headers: eventHeaders(event), body: event.payload };
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): HttpReply {
  const { status, body } = refusalReply(error);
  return jsonReply(status, `${JSON.stringify(body)}\n`);
}

function jsonReply(status: number, text: string): HttpReply {
  const body = Buffer.from(text);
  return { status, headers: { 'Content-Type': 'application/json', 'Content-Length': body.length }, body };
}
