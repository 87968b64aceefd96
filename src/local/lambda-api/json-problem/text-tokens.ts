import { type ByteReader, describeCharacter, sequenceLength } from './byte-reader.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Reads a string whose opening quote was taken. @throws JsonProblem */
export function readString(reader: ByteReader): void {
  for (let byte = reader.take(); byte !== QUOTE; byte = reader.take()) {
    if (byte === BACKSLASH) readEscape(reader);
    else if (byte < 0x20) failUnquoted(reader, byte, 'string value');
    else if (byte > 0x7f) {
      const length = sequenceLength(byte);
      if (length === 0) reader.fail(`Invalid UTF-8 start byte 0x${byte.toString(16)}`);
      for (let index = 1; index < length; index += 1) reader.takeMiddle();
    }
  }
}

/** Reads a field name whose first byte was taken. @throws JsonProblem */
export function readName(reader: ByteReader, first: number): void {
  if (first !== QUOTE) {
    const character = reader.decode(first) & 0xffff;
    reader.failAt(character, 'was expecting double-quote to start field name');
  }
  const name: number[] = [];
  for (
    let byte = reader.take(": was expecting closing '\"' for name");
    byte !== QUOTE;
    byte = reader.take(' in field name')
  ) {
    if (byte < 0x20) failUnquoted(reader, byte, 'name');
    if (byte === BACKSLASH) name.push(...Buffer.from(String.fromCharCode(readEscape(reader)), 'utf16le'), -1);
    else name.push(byte);
  }
  checkName(reader, name);
}

/** A name is decoded only when it is complete, so its problems are found behind it. */
function checkName(reader: ByteReader, name: readonly number[]): void {
  const bytes = encodeEscapes(name);
  for (let index = 0; index < bytes.length; ) {
    const first = bytes[index] ?? 0;
    index += 1;
    if (first <= 0x7f) continue;
    const length = sequenceLength(first);
    if (length === 0) reader.fail(`Invalid UTF-8 start byte 0x${first.toString(16)}`);
    if (index + length - 1 > bytes.length) reader.fail('Unexpected end-of-input in field name');
    for (let rest = 1; rest < length; rest += 1, index += 1) {
      if (((bytes[index] ?? 0) & 0xc0) === 0x80) continue;
      const shown = rest === 3 ? (bytes[index] ?? 0) : wordUpTo(bytes, index);
      reader.fail(`Invalid UTF-8 middle byte 0x${shown.toString(16)}`);
    }
  }
}

/** Names are kept as words of four bytes, and the message shows the word as far as the byte. */
function wordUpTo(bytes: readonly number[], index: number): number {
  const start = index - (index % 4);
  const word = [0, 1, 2, 3].reduce((sum, offset) => (sum << 8) | (bytes[start + offset] ?? 0), 0);
  return (word >> ((3 - (index % 4)) * 8)) >>> 0;
}

/** The bytes of a name in which an escaped character stands as two bytes, low one first, and -1. */
function encodeEscapes(name: readonly number[]): readonly number[] {
  const bytes: number[] = [];
  for (const part of name) {
    if (part !== -1) {
      bytes.push(part);
      continue;
    }
    const [high = 0, low = 0] = [bytes.pop(), bytes.pop()];
    bytes.push(...encodeUnit((high << 8) | low));
  }
  return bytes;
}

/** UTF-8 of one UTF-16 unit, halves of pairs included. */
function encodeUnit(unit: number): readonly number[] {
  if (unit < 0x80) return [unit];
  if (unit < 0x800) return [0xc0 | (unit >> 6), 0x80 | (unit & 0x3f)];
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)];
}

/** Reads what follows a backslash and returns the character it stands for. */
function readEscape(reader: ByteReader): number {
  const atEnd = ' in character escape sequence';
  const kind = reader.take(atEnd);
  const simple = ESCAPES.get(kind);
  if (simple !== undefined) return simple;
  if (kind !== 0x75) {
    const character = reader.decode(kind) & 0xffff;
    reader.fail(`Unrecognized character escape ${describeCharacter(character)}`, reader.placeBefore());
  }
  let value = 0;
  for (let index = 0; index < 4; index += 1) {
    const digit = reader.take(atEnd);
    const number = Number.parseInt(String.fromCharCode(digit), 16);
    if (Number.isNaN(number)) reader.failAt(digit, 'expected a hex-digit for character escape sequence');
    value = value * 16 + number;
  }
  return value;
}

function failUnquoted(reader: ByteReader, byte: number, where: string): never {
  const rule = `has to be escaped using backslash to be included in ${where}`;
  reader.fail(`Illegal unquoted character (${describeCharacter(byte)}): ${rule}`, reader.placeBefore());
}

const ESCAPES: ReadonlyMap<number, number> = new Map(
  [...'bfnrt"/\\'].map((letter, index) => [letter.charCodeAt(0), [8, 12, 10, 13, 9, 34, 47, 92][index] ?? 0]),
);
