import { ByteReader, JsonProblem, type Place } from './byte-reader.js';
import { readName, readString } from './text-tokens.js';
import { failValue, readLiteral, readNumber } from './value-tokens.js';

/** An array or object that is open, or what is around all of them. */
interface Scope {
  readonly kind: 'root' | 'Array' | 'Object';
  readonly start: Place;
  entries: number;
}

/**
 * Finds the first thing that is wrong in a JSON text, with message and place as the reader of AWS's service
 * words them: FasterXML's Jackson 2.17, whose classes UTF8StreamJsonParser and ParserMinimalBase are the
 * source of the texts. Undefined when it finds nothing; several values after another are nothing wrong for it.
 */
export function findJsonProblem(payload: Uint8Array): JsonProblem | undefined {
  try {
    readValues(new ByteReader(payload));
    return undefined;
  } catch (error) {
    if (error instanceof JsonProblem) return error;
    throw error;
  }
}

/** How a place is written at the end of a message. What is around all values has no column. */
export function describePlace({ line, column }: Place): string {
  const redacted = 'REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';
  return `[Source: ${redacted}; line: ${line}${column === 0 ? '' : `, column: ${column}`}]`;
}

function readValues(reader: ByteReader): void {
  const scopes: Scope[] = [{ kind: 'root', start: { line: 1, column: 0 }, entries: 0 }];
  for (;;) {
    const scope = scopes.at(-1) as Scope;
    let byte = reader.takeBehindSpace();
    if (byte === -1) {
      failOpenScope(reader, scope);
      return;
    }
    const closed = CLOSERS.get(byte);
    if (closed !== undefined) {
      if (scope.kind !== closed) failCloser(reader, byte, scope);
      scopes.pop();
      reader.token = `END_${closed.toUpperCase()}`;
      continue;
    }
    if (scope.kind !== 'root' && scope.entries > 0) {
      if (byte !== COMMA) reader.failAt(byte, `was expecting comma to separate ${scope.kind} entries`);
      byte = takeWithin(reader, scope);
    }
    scope.entries += 1;
    if (scope.kind === 'Object') {
      readName(reader, byte);
      reader.token = 'FIELD_NAME';
      byte = takeBehindColon(reader, scope);
    }
    const opened = readValue(reader, byte, scope);
    if (opened !== undefined) open(scopes, opened);
  }
}

function open(scopes: Scope[], scope: Scope): void {
  scopes.push(scope);
  const depth = scopes.length - 1;
  if (depth <= MAX_DEPTH) return;
  const limit = `(${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`;
  throw new JsonProblem(`Document nesting depth (${depth}) exceeds the maximum allowed ${limit}`, undefined);
}

/** Reads a value of which the first byte was taken; of an array or object only its beginning. */
function readValue(reader: ByteReader, byte: number, { kind }: Scope): Scope | undefined {
  const start = reader.placeBefore();
  const context = { isRoot: kind === 'root', isArray: kind === 'Array' };
  const character = String.fromCharCode(byte);
  const literal = LITERALS.get(character);
  if (character === '"') {
    reader.token = 'VALUE_STRING';
    readString(reader);
  } else if (character === '[' || character === '{') {
    const opened = character === '[' ? 'Array' : 'Object';
    reader.token = `START_${opened.toUpperCase()}`;
    return { kind: opened, start, entries: 0 };
  } else if (literal !== undefined) {
    readLiteral(reader, literal);
    reader.token = `VALUE_${literal.toUpperCase()}`;
  } else if (character === '-' || (character >= '0' && character <= '9')) {
    reader.token = readNumber(reader, byte, context);
  } else failValue(reader, byte, context);
  return undefined;
}

function takeBehindColon(reader: ByteReader, scope: Scope): number {
  const byte = takeWithin(reader, scope);
  if (byte !== COLON) reader.failAt(byte, 'was expecting a colon to separate field name and value');
  return takeWithin(reader, scope);
}

function takeWithin(reader: ByteReader, { kind }: Scope): number {
  const byte = reader.takeBehindSpace();
  if (byte === -1) reader.fail(`Unexpected end-of-input within/between ${kind} entries`);
  return byte;
}

function failOpenScope(reader: ByteReader, { kind, start }: Scope): void {
  if (kind === 'root') return;
  reader.fail(`Unexpected end-of-input: expected close marker for ${kind} (start marker at ${describePlace(start)})`);
}

function failCloser(reader: ByteReader, byte: number, { kind, start }: Scope): never {
  const [found, expected] = byte === 0x5d ? [']', '}'] : ['}', ']'];
  reader.fail(
    `Unexpected close marker '${found}': expected '${expected}' (for ${kind} starting at ${describePlace(start)})`,
    reader.placeBefore(),
  );
}

/** So deep Jackson reads unless it is told otherwise. */
const MAX_DEPTH = 1000;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSERS: ReadonlyMap<number, 'Array' | 'Object'> = new Map([
  [0x5d, 'Array'],
  [0x7d, 'Object'],
]);
const LITERALS: ReadonlyMap<string, string> = new Map([
  ['n', 'null'],
  ['t', 'true'],
  ['f', 'false'],
]);
