import type { FauxqsDoor, FauxqsRequest } from './fauxqs-door.js';

const TRACE_ATTRIBUTE = 'AWSTraceHeader';
/** What is none is not kept: it becomes a header of the event, and must not break it. */
const TRACE_HEADER = /^[\x20-\x7e]+$/;
/** Messages whose header is remembered; those of the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** X-Amzn-Trace-Id as the SDKs of a running function send it. */
export function traceHeaderOf({ headers }: FauxqsRequest): string | undefined {
  const value = headers['x-amzn-trace-id'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Adds to a map that must not grow without end. */
export function rememberBounded(map: Map<string, string>, key: string, value: string): void {
  map.set(key, value);
  const oldest = map.size > MAX_REMEMBERED ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

/**
 * Adds the message system attribute `AWSTraceHeader`, which fauxqs does not keep: given by the sender, or
 * taken from the trace header of the request (SQS developer guide, "Message system attributes"). It lives
 * in memory only; a restart forgets it, which merely ends a chain.
 */
export function serveMessageTraceHeaders(door: FauxqsDoor): void {
  const traceHeaders = new Map<string, string>();
  door.app.addHook('onSend', async (request, reply, payload) => {
    const operation = operationOf(request);
    if (operation === undefined || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    if (operation === 'ReceiveMessage')
      return traceHeaders.size === 0 ? payload : withTraceHeaders(payload, traceHeaders);
    if (operation === 'SendMessage' || operation === 'SendMessageBatch') remember(traceHeaders, request, payload);
    return payload;
  });
}

interface SendEntry {
  readonly Id?: string;
  readonly MessageSystemAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/** The operation of a request in the JSON protocol of SQS. */
function operationOf({ headers }: FauxqsRequest): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? /^AmazonSQS\.(\w+)$/.exec(target)?.[1] : undefined;
}

function remember(traceHeaders: Map<string, string>, request: FauxqsRequest, payload: string): void {
  const sent = request.body as SendEntry & { readonly Entries?: readonly SendEntry[] };
  const answered = JSON.parse(payload) as {
    readonly MessageId?: string;
    readonly Successful?: readonly { readonly Id: string; readonly MessageId: string }[];
  };
  const pairs =
    answered.MessageId === undefined
      ? (answered.Successful ?? []).map(
          ({ Id, MessageId }) => [MessageId, sent.Entries?.find((entry) => entry.Id === Id)] as const,
        )
      : [[answered.MessageId, sent] as const];
  for (const [messageId, entry] of pairs) {
    const header = entry?.MessageSystemAttributes?.[TRACE_ATTRIBUTE]?.StringValue ?? traceHeaderOf(request);
    if (header !== undefined && TRACE_HEADER.test(header)) rememberBounded(traceHeaders, messageId, header);
  }
}

function withTraceHeaders(payload: string, traceHeaders: ReadonlyMap<string, string>): string {
  const answer = JSON.parse(payload) as {
    readonly Messages?: readonly {
      readonly MessageId: string;
      readonly Attributes?: Readonly<Record<string, string>>;
    }[];
  };
  if (answer.Messages === undefined) return payload;
  const Messages = answer.Messages.map((message) => {
    const header = traceHeaders.get(message.MessageId);
    // Only who asked for system attributes gets any.
    if (header === undefined || message.Attributes === undefined) return message;
    return { ...message, Attributes: { ...message.Attributes, [TRACE_ATTRIBUTE]: header } };
  });
  return JSON.stringify({ ...answer, Messages });
}
