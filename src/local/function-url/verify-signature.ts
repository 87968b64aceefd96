import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from 'node:crypto';
import { type HttpRequestFacts, headerOf, queryPairs } from './http-request-facts.js';

/** Who signs with an access key. */
export interface SigningIdentity {
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** ARN of user or role session. */
  readonly userArn: string;
  readonly userId: string;
}

export interface VerifiedCaller extends SigningIdentity {
  readonly accessKey: string;
}

export interface SignatureCheck {
  readonly facts: HttpRequestFacts;
  /** Path as it came over the wire, which is what the client signed. */
  readonly wirePath: string;
  /** Undefined for an access key that nobody has. */
  readonly identityOf: (accessKeyId: string) => SigningIdentity | undefined;
}

interface SignatureParts {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds for which a presigned URL holds; undefined for a signed header. */
  readonly expiresIn: number | undefined;
}

/** Requests may be five minutes off in either direction (IAM user guide, "Signature Version 4 for API requests"). */
const MAX_SKEW_MS = 5 * 60_000;
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The caller behind a Signature Version 4 in header or query; undefined when it is missing, stale or wrong. */
export async function verifySignature(check: SignatureCheck): Promise<VerifiedCaller | undefined> {
  const parts = readParts(check.facts);
  if (parts === undefined || parts.service !== 'lambda' || !isTimely(parts, check.facts.receivedAtMs)) return undefined;
  const identity = check.identityOf(parts.accessKey);
  if (identity === undefined || !parts.signedHeaders.includes('host') || !hasTrueContentHash(check.facts)) {
    return undefined;
  }
  // Clients differ in whether they escape the path once more; AWS takes both for paths that need no escape.
  for (const uriEscapePath of [true, false]) {
    const expected = await sign(check, parts, { secretAccessKey: identity.secretAccessKey, uriEscapePath });
    if (isSame(expected, parts.signature)) return { ...identity, accessKey: parts.accessKey };
  }
  return undefined;
}

function readParts(facts: HttpRequestFacts): SignatureParts | undefined {
  const authorization = headerOf(facts, 'authorization');
  const query = new Map(queryPairs(facts.rawQueryString));
  const match = /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
    authorization ?? '',
  );
  const isPresigned = match === null;
  if (isPresigned && query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  const credential = (isPresigned ? query.get('X-Amz-Credential') : match[1]) ?? '';
  const [accessKey = '', , region = '', service = ''] = credential.split('/');
  const date = parseDate((isPresigned ? query.get('X-Amz-Date') : headerOf(facts, 'x-amz-date')) ?? '');
  if (date === undefined) return undefined;
  return {
    accessKey,
    region,
    service,
    date,
    signedHeaders: ((isPresigned ? query.get('X-Amz-SignedHeaders') : match[2]) ?? '').split(';'),
    signature: (isPresigned ? query.get('X-Amz-Signature') : match[3]) ?? '',
    expiresIn: isPresigned ? Number(query.get('X-Amz-Expires') ?? 'none') : undefined,
  };
}

function parseDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, day, hour, minute, second] = match.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

function isTimely({ date, expiresIn }: SignatureParts, nowMs: number): boolean {
  const ageMs = nowMs - date.getTime();
  if (expiresIn === undefined) return Math.abs(ageMs) <= MAX_SKEW_MS;
  return ageMs >= -MAX_SKEW_MS && ageMs <= expiresIn * 1000;
}

/** The hash header is what was signed, so it must be the hash of what came. */
function hasTrueContentHash(facts: HttpRequestFacts): boolean {
  const claimed = headerOf(facts, 'x-amz-content-sha256');
  if (claimed === undefined || claimed === UNSIGNED_PAYLOAD) return true;
  return claimed === createHash('sha256').update(facts.body).digest('hex');
}

async function sign(
  { facts, wirePath }: SignatureCheck,
  parts: SignatureParts,
  { secretAccessKey, uriEscapePath }: { readonly secretAccessKey: string; readonly uriEscapePath: boolean },
): Promise<string> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const signer = new SignatureV4({
    credentials: { accessKeyId: parts.accessKey, secretAccessKey },
    region: parts.region,
    service: parts.service,
    sha256: NodeSha256,
    uriEscapePath,
    applyChecksum: false,
  });
  const request = {
    method: facts.method,
    protocol: 'http:',
    hostname: headerOf(facts, 'host') ?? '',
    path: wirePath,
    query: signedQuery(facts.rawQueryString),
    headers: Object.fromEntries(parts.signedHeaders.map((name) => [name, headerOf(facts, name)?.trim() ?? ''])),
    body: facts.body,
  };
  const signableHeaders = new Set(parts.signedHeaders);
  const options = { signingDate: parts.date, signableHeaders };
  if (parts.expiresIn === undefined) {
    const { headers } = await signer.sign(request, options);
    return /Signature=([0-9a-f]{64})/.exec(headers.authorization ?? '')?.[1] ?? '';
  }
  const presigned = await signer.presign(request, {
    ...options,
    expiresIn: parts.expiresIn,
    // Headers that the client signed as headers must not wander into the query.
    unhoistableHeaders: signableHeaders,
  });
  return String(presigned.query?.['X-Amz-Signature'] ?? '');
}

/** All parameters but those that the signer writes itself. */
function signedQuery(rawQueryString: string): Record<string, string | string[]> {
  const own = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ];
  const query = new Map<string, string[]>();
  for (const [name, value] of queryPairs(rawQueryString)) {
    if (!own.includes(name)) query.set(name, [...(query.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...query].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function isSame(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

/** SHA-256 and its HMAC in the form in which the signer wants them. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', asBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(asBytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    // The signer makes a new hash for each use.
  }
}

function asBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
