import { HEADS, INPUT, PREVIOUS, TOKENS } from './memory-layout';

/** How far back a match may reach, less one (RFC 1951, 2). */
const WINDOW: i32 = 0x8000;
const LONGEST: i32 = 258;
/** Matches of three bytes, which deflate has too, save a thousandth, and to look for them takes a tenth of the time. */
const LEAST: i32 = 4;
/** How many places with the same hash are looked at. More makes output smaller and takes longer. */
const MOST_TRIES: i32 = 8;
/** From this length on no longer match is looked for. */
const GOOD_ENOUGH: i32 = 32;
const HASH_BITS: u32 = 15;
/** 2^32 divided by the golden ratio (Knuth, "The Art of Computer Programming", 6.4). */
const GOLDEN: u32 = 0x9e3779b1;
/** Four bytes are read where a match may begin, and one more is compared. */
export const LEAST_BYTES: i32 = 5;

/**
 * Positions count on from one file to the next. So what the tables say of earlier files lies before `first`, where it
 * is never looked at: nothing has to be cleared, and output depends on nothing but the content.
 */
let first: i32 = WINDOW;
let end: i32 = WINDOW;
let delta: i32 = 0;
/** Distance of the match that was found last. */
let distance: i32 = 0;

/** Makes ready for content of this length, and returns its first position. */
export function beginContent(length: i32): i32 {
  first = end;
  if (first > 0x3fffffff) {
    memory.fill(HEADS, 0, TOKENS - HEADS);
    first = WINDOW;
  }
  end = first + length;
  delta = <i32>INPUT - first;
  return first;
}

/** Where in memory a position stands. */
export function addressOf(position: i32): usize {
  return <usize>(position + delta);
}

export function foundDistance(): i32 {
  return distance;
}

/** Notes a position that is not looked at, so that later matches can begin there. */
export function note(position: i32): void {
  const word = load<u32>(addressOf(position));
  const head = headOf(word);
  store<i32>(previousOf(position), load<i32>(head));
  store<i32>(head, position);
}

/** Notes a position, and returns the length of a match that is longer than `known`; 0 when there is none. */
export function search(position: i32, known: i32): i32 {
  const address = addressOf(position);
  const word = load<u32>(address);
  const head = headOf(word);
  let candidate = load<i32>(head);
  store<i32>(head, position);
  store<i32>(previousOf(position), candidate);
  const farthest = max(first, position - WINDOW + 1);
  const most = min(end - position, LONGEST);
  let best = max(LEAST - 1, known);
  let tail = load<u32>(address + best + 1 - LEAST);
  const least = best;
  for (let tries = MOST_TRIES; candidate >= farthest; candidate = load<i32>(previousOf(candidate))) {
    const there = addressOf(candidate);
    if (load<u32>(there + best + 1 - LEAST) === tail && load<u32>(there) === word) {
      const length = equalBytes(address, there, most);
      if (length > best) {
        best = length;
        distance = position - candidate;
        if (best >= GOOD_ENOUGH || best === most) return best;
        tail = load<u32>(address + best + 1 - LEAST);
      }
    }
    if (--tries === 0) break;
  }
  return best > least ? best : 0;
}

function headOf(word: u32): usize {
  return HEADS + ((<usize>((word * GOLDEN) >> (32 - HASH_BITS))) << 2);
}

function previousOf(position: i32): usize {
  return PREVIOUS + ((<usize>(position & (WINDOW - 1))) << 2);
}

/** How many bytes are equal at two places of which the first four are. */
function equalBytes(one: usize, other: usize, most: i32): i32 {
  let length = 4;
  for (; length + 8 <= most; length += 8) {
    const difference = load<u64>(one + length) ^ load<u64>(other + length);
    if (difference !== 0) return length + <i32>(ctz(difference) >> 3);
  }
  while (length < most && load<u8>(one + length) === load<u8>(other + length)) length++;
  return length;
}
