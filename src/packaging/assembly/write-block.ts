import { at, buildCodes, buildLengths, increase } from './huffman-code';
import {
  ALL_LENGTHS,
  DISTANCE_BASES,
  DISTANCE_CODES,
  DISTANCE_COUNTS,
  DISTANCE_EXTRAS,
  DISTANCE_LENGTHS,
  DISTANCES,
  END_OF_BLOCK,
  FIXED_DISTANCE_LENGTHS,
  FIXED_LITERAL_LENGTHS,
  KINDS,
  LENGTH_BASES,
  LENGTH_CODES,
  LENGTH_COUNTS,
  LENGTH_EXTRAS,
  LENGTH_LENGTHS,
  LITERAL_CODES,
  LITERAL_COUNTS,
  LITERAL_LENGTHS,
  LITERALS,
  RUNS,
  TOKENS,
} from './memory-layout';
import {
  addBits,
  addBytes,
  continueOutput,
  endByte,
  flushBits,
  outputPlace,
  pendingBits,
  pendingCount,
} from './output-bits';
import { distanceSlot, lengthSlot } from './symbols';

/** The order of the lengths of the codes for lengths (RFC 1951, 3.2.7). */
const KIND_ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const STORED: u64 = 0;
const FIXED: u64 = 1;
const DYNAMIC: u64 = 2;
const MAX_STORED_BYTES: u32 = 0xffff;
/** Kinds of runs: the length before again, and zeros. */
const AGAIN: usize = 16;
const ZEROS: usize = 17;
const MANY_ZEROS: usize = 18;

/** What the header of a dynamic block says. */
let literals: usize = 0;
let distances: usize = 0;
let kinds: usize = 0;
let runs: usize = 0;

/** Writes a block in the way that takes least; false when there is not so much room. */
export function writeBlock(tokensEnd: usize, content: usize, length: u32, isLast: bool, outputEnd: usize): bool {
  increase(LITERAL_COUNTS, END_OF_BLOCK);
  buildLengths(LITERAL_COUNTS, LITERALS, 15, LITERAL_LENGTHS);
  buildLengths(DISTANCE_COUNTS, DISTANCES, 15, DISTANCE_LENGTHS);
  const dynamicBits = prepareHeader() + bitsWith(LITERAL_LENGTHS, DISTANCE_LENGTHS);
  const fixedBits = bitsWith(FIXED_LITERAL_LENGTHS, FIXED_DISTANCE_LENGTHS);
  const storedBits = 8 * length + 40 * (length / MAX_STORED_BYTES + 1);
  const least = min(min(dynamicBits, fixedBits), storedBits);
  if (outputPlace() + (least >> 3) + 9 > outputEnd) return false;
  if (least === storedBits) {
    writeStored(content, length, isLast);
    return true;
  }
  addBits(isLast ? 1 : 0, 1);
  if (least === fixedBits) {
    addBits(FIXED, 2);
    flushBits();
    buildCodes(FIXED_LITERAL_LENGTHS, 288, LITERAL_CODES);
    buildCodes(FIXED_DISTANCE_LENGTHS, DISTANCES, DISTANCE_CODES);
  } else {
    addBits(DYNAMIC, 2);
    writeHeader();
    buildCodes(LITERAL_LENGTHS, LITERALS, LITERAL_CODES);
    buildCodes(DISTANCE_LENGTHS, DISTANCES, DISTANCE_CODES);
  }
  writeTokens(tokensEnd);
  return true;
}

/** Bits of the tokens of a block with codes of such lengths. */
function bitsWith(literalLengths: usize, distanceLengths: usize): u32 {
  let sum: u32 = 0;
  for (let symbol: usize = 0; symbol < LITERALS; symbol++) {
    sum += at(LITERAL_COUNTS, symbol) * load<u8>(literalLengths + symbol);
  }
  for (let slot: usize = 0; slot < LITERALS - 257; slot++) {
    sum += at(LITERAL_COUNTS, 257 + slot) * load<u8>(LENGTH_EXTRAS + slot);
  }
  for (let slot: usize = 0; slot < DISTANCES; slot++) {
    sum += at(DISTANCE_COUNTS, slot) * (<u32>load<u8>(distanceLengths + slot) + load<u8>(DISTANCE_EXTRAS + slot));
  }
  return sum;
}

/** Chooses the codes for lengths of codes, and returns how many bits the header of the block takes. */
function prepareHeader(): u32 {
  literals = LITERALS;
  while (literals > 257 && load<u8>(LITERAL_LENGTHS + literals - 1) === 0) literals--;
  distances = DISTANCES;
  while (distances > 1 && load<u8>(DISTANCE_LENGTHS + distances - 1) === 0) distances--;
  findRuns();
  buildLengths(LENGTH_COUNTS, KINDS, 7, LENGTH_LENGTHS);
  kinds = KINDS;
  while (kinds > 4 && load<u8>(LENGTH_LENGTHS + kindAt(kinds - 1)) === 0) kinds--;
  let sum: u32 = 17 + 3 * <u32>kinds;
  for (let kind: usize = 0; kind < KINDS; kind++) {
    sum += at(LENGTH_COUNTS, kind) * (<u32>load<u8>(LENGTH_LENGTHS + kind) + extraBits(kind));
  }
  return sum;
}

function kindAt(place: usize): usize {
  return load<u8>(KIND_ORDER + place);
}

function extraBits(kind: usize): u32 {
  if (kind < AGAIN) return 0;
  return kind === AGAIN ? 2 : kind === ZEROS ? 3 : 7;
}

/** Runs of equal lengths of codes, which go over the border between literals and distances. */
function findRuns(): void {
  memory.copy(ALL_LENGTHS, LITERAL_LENGTHS, literals);
  memory.copy(ALL_LENGTHS + literals, DISTANCE_LENGTHS, distances);
  memory.fill(LENGTH_COUNTS, 0, KINDS << 2);
  runs = 0;
  const end = literals + distances;
  for (let from: usize = 0; from < end; ) {
    const length: usize = load<u8>(ALL_LENGTHS + from);
    let next = from + 1;
    while (next < end && load<u8>(ALL_LENGTHS + next) === length) next++;
    addRuns(length, next - from);
    from = next;
  }
}

function addRuns(length: usize, times: usize): void {
  let left = times;
  if (length === 0) {
    for (; left >= 11; left -= min<usize>(left, 138)) addRun(MANY_ZEROS, min<usize>(left, 138) - 11);
    if (left < 3) for (; left > 0; left--) addRun(0, 0);
    else addRun(ZEROS, left - 3);
    return;
  }
  addRun(length, 0);
  left--;
  for (; left >= 3; left -= min<usize>(left, 6)) addRun(AGAIN, min<usize>(left, 6) - 3);
  for (; left > 0; left--) addRun(length, 0);
}

function addRun(kind: usize, more: usize): void {
  store<u16>(RUNS + (runs << 1), <u16>(kind | (more << 5)));
  increase(LENGTH_COUNTS, kind);
  runs++;
}

function writeHeader(): void {
  addBits(literals - 257, 5);
  addBits(distances - 1, 5);
  addBits(kinds - 4, 4);
  flushBits();
  for (let place: usize = 0; place < kinds; place++) {
    addBits(load<u8>(LENGTH_LENGTHS + kindAt(place)), 3);
    flushBits();
  }
  buildCodes(LENGTH_LENGTHS, KINDS, LENGTH_CODES);
  for (let place: usize = 0; place < runs; place++) {
    const run: usize = load<u16>(RUNS + (place << 1));
    const code = at(LENGTH_CODES, run & 31);
    addBits(code >> 8, code & 255);
    addBits(run >> 5, extraBits(run & 31));
    flushBits();
  }
}

/** The inner loop of all writing: it keeps its own copies of what is in `output-bits`. */
function writeTokens(end: usize): void {
  let place = outputPlace();
  let bits = pendingBits();
  let count = pendingCount();
  for (let from = TOKENS; from < end; from += 4) {
    const token = load<u32>(from);
    if (token < 256) {
      const code = at(LITERAL_CODES, token);
      bits |= (<u64>(code >> 8)) << count;
      count += code & 255;
    } else {
      const length = (token >> 16) - 3;
      const distance = (token & 0xffff) - 1;
      const lengthAt = lengthSlot(length);
      const lengthCode = at(LITERAL_CODES, 257 + lengthAt);
      bits |= (<u64>(lengthCode >> 8)) << count;
      count += lengthCode & 255;
      bits |= (<u64>(length - load<u16>(LENGTH_BASES + (lengthAt << 1)))) << count;
      count += load<u8>(LENGTH_EXTRAS + lengthAt);
      const distanceAt = distanceSlot(distance);
      const distanceCode = at(DISTANCE_CODES, distanceAt);
      bits |= (<u64>(distanceCode >> 8)) << count;
      count += distanceCode & 255;
      bits |= (<u64>(distance - load<u16>(DISTANCE_BASES + (distanceAt << 1)))) << count;
      count += load<u8>(DISTANCE_EXTRAS + distanceAt);
    }
    store<u64>(place, bits);
    place += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
  }
  continueOutput(place, bits, count);
  const code = at(LITERAL_CODES, END_OF_BLOCK);
  addBits(code >> 8, code & 255);
  flushBits();
}

function writeStored(content: usize, length: u32, isLast: bool): void {
  let from = content;
  let left = length;
  do {
    const piece = min(left, MAX_STORED_BYTES);
    left -= piece;
    addBits(isLast && left === 0 ? 1 : 0, 1);
    addBits(STORED, 2);
    endByte();
    addBits(piece | ((piece ^ 0xffff) << 16), 32);
    flushBits();
    addBytes(from, piece);
    from += piece;
  } while (left > 0);
}
