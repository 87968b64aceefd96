/** A body as events carry it. */
export interface EncodedBody {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * Text when the type says so and the bytes are UTF-8, base64 otherwise. Function URLs hand on `text/*`
 * and JSON as text, and forms (url-encoded or multipart) as base64.
 */
export function encodeBody(bytes: Uint8Array, contentType: string | undefined): EncodedBody {
  if (contentType !== undefined && isTextType(contentType)) {
    try {
      return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), isBase64Encoded: false };
    } catch {
      // Not what the type promises: the bytes are kept as they are.
    }
  }
  return { body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}

function isTextType(contentType: string): boolean {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return /^(?:text\/.*|application\/(?:json|xml|javascript|.+\+json|.+\+xml))$/.test(type);
}
