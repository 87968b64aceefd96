/** Frames of the AWS event stream encoding, as InvokeWithResponseStream answers with them. */
export interface EventStreamWriter {
  payloadChunk(bytes: Uint8Array): Uint8Array;
  invokeComplete(members: Readonly<Record<string, string>>): Uint8Array;
}

/** Loads the SDK's own codec, when the first stream is answered. */
export async function loadEventStreamWriter(): Promise<EventStreamWriter> {
  const { EventStreamCodec } = await import('@smithy/core/event-streams');
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array()).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  const frame = (eventType: string, contentType: string, body: Uint8Array) =>
    codec.encode({
      headers: {
        ':message-type': { type: 'string', value: 'event' },
        ':event-type': { type: 'string', value: eventType },
        ':content-type': { type: 'string', value: contentType },
      },
      body,
    });
  return {
    payloadChunk: (bytes) => frame('PayloadChunk', 'application/octet-stream', bytes),
    invokeComplete: (members) => frame('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(members))),
  };
}
