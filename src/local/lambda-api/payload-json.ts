import { ApiError } from '../core/catalog/api-error.js';

const EXPECTED = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

/** An event must be JSON; an absent one is an empty object. @throws ApiError InvalidRequestContentException */
export function checkPayload(payload: Uint8Array): Uint8Array {
  if (payload.length === 0) return new TextEncoder().encode('{}');
  const text = decode(payload);
  try {
    JSON.parse(text);
  } catch {
    throw invalidContent(`Could not parse payload into json: ${describeProblem(text)}`, line(text));
  }
  return payload;
}

function decode(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch {
    const at = firstInvalidByte(payload);
    const byte = payload[at] ?? 0;
    // At the start of a value the service speaks of a character, within one of a byte; its column is one further then.
    const isStart = Buffer.from(payload.subarray(0, at)).toString('utf8').trim() === '';
    const problem = isStart
      ? `Unexpected character ((CTRL-CHAR, code ${byte})): expected a valid value (${EXPECTED})`
      : `Invalid UTF-8 start byte 0x${byte.toString(16)}`;
    throw invalidContent(`Could not parse payload into json: ${problem}`, {
      line: 1,
      column: isStart ? at + 1 : at + 2,
    });
  }
}

function firstInvalidByte(payload: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let low = 0;
  let high = payload.length;
  // The longest sound prefix, found by halving; stream mode forgives a character that is cut off.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    try {
      decoder.decode(payload.subarray(0, middle), { stream: true });
      low = middle;
    } catch {
      high = middle - 1;
    }
    decoder.decode();
  }
  return low;
}

function describeProblem(text: string): string {
  const trimmed = text.trimStart();
  const first = trimmed.charAt(0);
  if (first === '') return 'No content to map due to end-of-input';
  if (/[A-Za-z_$]/.test(first)) {
    const token = /^[\p{L}\p{N}_$]+/u.exec(trimmed)?.[0] ?? first;
    if (!['null', 'true', 'false'].includes(token)) return `Unrecognized token '${token}': was expecting (${EXPECTED})`;
  }
  if (!/["\d\-{[tfn]/.test(first)) {
    return `Unexpected character ('${first}' (code ${first.codePointAt(0)})): expected a valid value (${EXPECTED})`;
  }
  return 'Unexpected end-of-input or malformed value';
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function line(text: string): Place {
  const blank = text.length - text.trimStart().length;
  const before = text.slice(0, blank).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function invalidContent(text: string, { line, column }: Place): ApiError {
  return new ApiError(
    'InvalidRequestContentException',
    400,
    `Could not parse request body into json: ${text}\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`,
  );
}
