import { type HttpReply, inferResponse } from './infer-response.js';

/** How a front answers for a function that failed, broke the format or took too long. */
interface FrontReplies {
  readonly failed: HttpReply;
  readonly timedOut: HttpReply;
}

/** Bodies and statuses of the API Gateway and ELB guides; each front has its own. */
export const FRONT_REPLIES: Readonly<Record<'alb' | 'rest' | 'http', FrontReplies>> = {
  alb: { failed: textReply(502, '502 Bad Gateway'), timedOut: textReply(504, '504 Gateway Time-out') },
  rest: {
    failed: jsonReply(502, '{"message": "Internal server error"}'),
    timedOut: jsonReply(504, '{"message": "Endpoint request timed out"}'),
  },
  http: {
    failed: jsonReply(500, '{"message":"Internal Server Error"}'),
    timedOut: jsonReply(503, '{"message":"Service Unavailable"}'),
  },
};

/** The HTTP response for the result of a function behind a load balancer or an API. */
export function proxyResponse(front: keyof typeof FRONT_REPLIES, payload: Uint8Array): HttpReply {
  const { failed } = FRONT_REPLIES[front];
  // Only HTTP APIs infer a response from any JSON; the other two demand an object with a status.
  if (front !== 'http' && !hasStatus(payload)) return failed;
  const reply = inferResponse(payload);
  return reply.status === 502 && reply.headers.length === 0 ? failed : reply;
}

function hasStatus(payload: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof value !== 'object' || value === null || !('statusCode' in value)) return false;
    // The body must be text for both; API Gateway calls anything else malformed.
    return !('body' in value) || value.body === null || typeof value.body === 'string';
  } catch {
    return false;
  }
}

function jsonReply(status: number, body: string): HttpReply {
  return { status, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
}

function textReply(status: number, text: string): HttpReply {
  return { status, headers: [['content-type', 'text/html']], body: Buffer.from(`<h1>${text}</h1>`) };
}
