import { increase } from './huffman-code';
import { addressOf, beginContent, foundDistance, LEAST_BYTES, note, search } from './matches';
import { DISTANCE_COUNTS, DISTANCES, INPUT, LITERAL_COUNTS, LITERALS, TOKENS } from './memory-layout';
import { beginOutput, endByte, outputPlace } from './output-bits';
import { distanceSlot, fillTables, lengthSlot } from './symbols';
import { writeBlock } from './write-block';

/** A block ends after so many tokens, unless less than MIN_REST bytes are left. */
const BLOCK_TOKENS: usize = 16_384;
const MIN_REST: i32 = 2_048;
/** Behind the end of content and of output this much is read, or written, without meaning. */
export const MARGIN: i32 = 16;
/** After a match of at most this length it is tried whether one that begins a byte later is longer. */
const SHORT: i32 = 4;

export const CONTENT: usize = INPUT;

fillTables();

let token: usize = TOKENS;

/**
 * Deflates content of this many bytes that stands at CONTENT, and writes it to `output`: at most as many bytes. The same
 * content gives the same bytes, whatever was deflated before. Returns how many; 0 when they would not be fewer.
 */
export function deflate(length: i32, output: usize): i32 {
  const outputEnd = output + <usize>(length + MARGIN);
  let position = beginContent(length);
  const end = position + length;
  beginOutput(output);
  beginBlock();
  let blockStart = position;
  while (position < end) {
    position = addToken(position, end);
    if (token < TOKENS + (BLOCK_TOKENS << 2) || end - position < MIN_REST) continue;
    if (!writeBlock(token, addressOf(blockStart), position - blockStart, false, outputEnd)) return 0;
    blockStart = position;
    beginBlock();
  }
  if (!writeBlock(token, addressOf(blockStart), end - blockStart, true, outputEnd)) return 0;
  endByte();
  const bytes = <i32>(outputPlace() - output);
  return bytes < length ? bytes : 0;
}

function beginBlock(): void {
  token = TOKENS;
  memory.fill(LITERAL_COUNTS, 0, LITERALS << 2);
  memory.fill(DISTANCE_COUNTS, 0, DISTANCES << 2);
}

/** Adds what comes next, a literal or a match, and returns where that ends. */
function addToken(start: i32, end: i32): i32 {
  let position = start;
  const lastSearch = end - LEAST_BYTES;
  let length = position <= lastSearch ? search(position, 0) : 0;
  if (length === 0) {
    addLiteral(position);
    return position + 1;
  }
  let distance = foundDistance();
  let noted = position + 1;
  while (length <= SHORT && position < lastSearch) {
    const longer = search(position + 1, length);
    noted = position + 2;
    if (longer === 0) break;
    addLiteral(position++);
    length = longer;
    distance = foundDistance();
  }
  addMatch(length, distance);
  const next = position + length;
  for (const last = min(next, lastSearch + 1); noted < last; noted++) note(noted);
  return next;
}

function addLiteral(position: i32): void {
  const literal: u32 = load<u8>(addressOf(position));
  store<u32>(token, literal);
  token += 4;
  increase(LITERAL_COUNTS, literal);
}

function addMatch(length: i32, distance: i32): void {
  store<u32>(token, ((<u32>length) << 16) | <u32>distance);
  token += 4;
  increase(LITERAL_COUNTS, 257 + lengthSlot(<u32>length - 3));
  increase(DISTANCE_COUNTS, distanceSlot(<u32>distance - 1));
}
