import type { ByteReader } from './byte-reader.js';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** A token that goes on and on is cut off in the message. */
const MAX_TOKEN_CHARACTERS = 256;

/** What may begin and continue a word: the rules for Java's identifiers. */
const WORD_START = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}]$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Java lets some of them be part of an identifier
const WORD_PART = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}\p{Cf}\u0000-\u0008\u000e-\u001b\u007f-\u009f]$/u;

const MINUS = 0x2d;
const PLUS = 0x2b;
const PERIOD = 0x2e;

/** Reads `null`, `true` or `false`, of which the first letter was taken. @throws JsonProblem */
export function readLiteral(reader: ByteReader, literal: string): void {
  for (let index = 1; index < literal.length; index += 1) {
    if (reader.peek() !== literal.charCodeAt(index)) failWord(reader, literal.slice(0, index));
    reader.position += 1;
  }
  const next = reader.peek();
  if (next < 0x30 || next === 0x5d || next === 0x7d) return;
  // The byte is looked at without being taken, so the rest of a longer character is sought in it again.
  const character = reader.decode(next) & 0xffff;
  if (WORD_PART.test(String.fromCharCode(character))) failWord(reader, literal);
}

export interface NumberContext {
  /** Values that nothing encloses are parted by white space. */
  readonly isRoot: boolean;
}

/** Reads a number of which the first byte was taken, and names its kind. @throws JsonProblem */
export function readNumber(reader: ByteReader, first: number, { isRoot }: NumberContext): string {
  const digit = first === MINUS ? takeFirstDigit(reader) : first;
  if (digit === 0x30 && isDigit(reader.peek())) reader.fail('Invalid numeric value: Leading zeroes not allowed');
  if (digit !== 0x30) skipDigits(reader);
  else if (isDigit(reader.peek())) reader.position += 1;
  let token = 'VALUE_NUMBER_INT';
  if (reader.peek() === PERIOD) {
    token = 'VALUE_NUMBER_FLOAT';
    reader.position += 1;
    readFraction(reader);
  }
  if ((reader.peek() | 0x20) === 0x65) {
    token = 'VALUE_NUMBER_FLOAT';
    reader.position += 1;
    readExponent(reader);
  }
  if (isRoot && !reader.isAtEnd) checkRootSpace(reader);
  return token;
}

function takeFirstDigit(reader: ByteReader): number {
  const byte = reader.take();
  if (byte === PERIOD) failValue(reader, byte, { isArray: false, isRoot: false });
  return isDigit(byte) ? byte : failNumberStart(reader, byte, true);
}

function readFraction(reader: ByteReader): void {
  if (isDigit(reader.peek())) {
    skipDigits(reader);
    return;
  }
  const byte = reader.isAtEnd ? PERIOD : reader.take();
  failNumber(reader, byte, 'Decimal point not followed by a digit');
}

function readExponent(reader: ByteReader): void {
  let byte = reader.take();
  if (byte === MINUS || byte === PLUS) byte = reader.take();
  if (!isDigit(byte)) failNumber(reader, byte, 'Exponent indicator not followed by a digit');
  skipDigits(reader);
}

function checkRootSpace(reader: ByteReader): void {
  const next = reader.peek();
  if ([0x20, 0x09, 0x0a, 0x0d].includes(next)) return;
  reader.position += 1;
  reader.failAt(next, 'Expected space separating root-level values');
}

export interface ValueContext extends NumberContext {
  readonly isArray: boolean;
}

/** Says why no value begins with a byte that was taken. @throws JsonProblem always */
export function failValue(reader: ByteReader, byte: number, { isArray }: ValueContext): never {
  const character = String.fromCharCode(byte);
  if (character === ',' || character === '}' || (character === ']' && isArray)) {
    reader.failAt(byte, 'expected a value');
  }
  if (character === 'N') failNonStandard(reader, 'NaN', 1);
  if (character === 'I') failNonStandard(reader, 'Infinity', 1);
  if (byte === PLUS) failNumberStart(reader, reader.take(' in a Number value'), false);
  if (WORD_START.test(character)) failWord(reader, character);
  reader.failAt(byte, `expected a valid value ${VALUES}`);
}

/** After a sign. */
function failNumberStart(reader: ByteReader, first: number, isNegative: boolean): never {
  let byte = first;
  if (byte === 0x49) {
    // Here bytes are taken for numbers with a sign, and so they are shown.
    byte = (reader.take(' in a Number value') << 24) >> 24;
    const sign = isNegative ? '-' : '+';
    if (byte === 0x4e) failNonStandard(reader, `${sign}INF`, 3);
    if (byte === 0x6e) failNonStandard(reader, `${sign}Infinity`, 3);
  }
  if (!isNegative) {
    const switchName = '`JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS`';
    failNumber(reader, PLUS, `JSON spec does not allow numbers to have plus signs: enable ${switchName} to allow`);
  }
  failNumber(reader, byte, 'expected digit (0-9) to follow minus sign, for valid numeric value');
}

/** A number that is none; `taken` of its characters were taken. */
function failNonStandard(reader: ByteReader, word: string, taken: number): never {
  const begun = word.slice(0, taken);
  for (let index = taken; index < word.length; index += 1) {
    if (reader.peek() !== word.charCodeAt(index)) failWord(reader, `${begun}${word.slice(taken, index)}`);
    reader.position += 1;
  }
  const next = reader.peek();
  if (next >= 0x30 && next !== 0x5d && next !== 0x7d) {
    const character = reader.decode(next) & 0xffff;
    if (WORD_PART.test(String.fromCharCode(character))) failWord(reader, word);
  }
  reader.fail(`Non-standard token '${word}': enable \`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS\` to allow`);
}

function failWord(reader: ByteReader, begun: string): never {
  let word = begun;
  while (!reader.isAtEnd) {
    const character = String.fromCharCode(reader.decode(reader.take()) & 0xffff);
    if (!WORD_PART.test(character)) break;
    word += character;
    if (word.length >= MAX_TOKEN_CHARACTERS) {
      word += '...';
      break;
    }
  }
  reader.fail(`Unrecognized token '${word}': was expecting ${VALUES}`);
}

function failNumber(reader: ByteReader, byte: number, comment: string): never {
  reader.failAt(byte, comment, ' in numeric value');
}

function skipDigits(reader: ByteReader): void {
  while (isDigit(reader.peek())) reader.position += 1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
