import { BUCKETS, DEPTHS, NEXT_CODES, NODES, SORTED } from './memory-layout';

const MAX_DEPTH: usize = 63;
/** Symbols that occur less often than this are sorted by counting. */
const MANY: u32 = 255;
/** A symbol's count stands above its number. */
const SYMBOL_BITS: u32 = 9;
const SYMBOL_MASK: u32 = 511;

/** Chooses lengths of codes of at most `limit` bits for symbols that occur so often. */
export function buildLengths(counts: usize, symbols: usize, limit: usize, lengths: usize): void {
  memory.fill(lengths, 0, symbols);
  const used = sortSymbols(counts, symbols);
  if (used < 2) {
    // Two codes at least: not every reader takes less.
    const only: usize = used === 0 ? 0 : symbolAt(0);
    store<u8>(lengths + only, 1);
    store<u8>(lengths + (only === 0 ? 1 : 0), 1);
    return;
  }
  joinNodes(used);
  countDepths(used);
  limitDepths(limit);
  let place = used;
  for (let length: usize = 1; length <= limit; length++) {
    for (let left = at(DEPTHS, length); left > 0; left--) store<u8>(lengths + symbolAt(--place), <u8>length);
  }
}

/** Makes the codes that belong to lengths (RFC 1951, 3.2.2). */
export function buildCodes(lengths: usize, symbols: usize, codes: usize): void {
  memory.fill(DEPTHS, 0, 16 << 2);
  for (let symbol: usize = 0; symbol < symbols; symbol++) increase(DEPTHS, load<u8>(lengths + symbol));
  put(DEPTHS, 0, 0);
  let code: u32 = 0;
  for (let length: usize = 1; length < 16; length++) {
    code = (code + at(DEPTHS, length - 1)) << 1;
    put(NEXT_CODES, length, code);
  }
  for (let symbol: usize = 0; symbol < symbols; symbol++) {
    const length: u32 = load<u8>(lengths + symbol);
    if (length === 0) continue;
    const word = at(NEXT_CODES, length);
    put(NEXT_CODES, length, word + 1);
    put(codes, symbol, (reversed(word, length) << 8) | length);
  }
}

/** The u32 at a place of a table. */
export function at(table: usize, place: usize): u32 {
  return load<u32>(table + (place << 2));
}

export function put(table: usize, place: usize, value: u32): void {
  store<u32>(table + (place << 2), value);
}

export function increase(table: usize, place: usize): void {
  put(table, place, at(table, place) + 1);
}

function symbolAt(place: usize): usize {
  return <usize>(at(SORTED, place) & SYMBOL_MASK);
}

/** Symbols that occur, the rarest first. */
function sortSymbols(counts: usize, symbols: usize): usize {
  memory.fill(BUCKETS, 0, (MANY + 1) << 2);
  for (let symbol: usize = 0; symbol < symbols; symbol++) increase(BUCKETS, min(at(counts, symbol), MANY));
  put(BUCKETS, 0, 0);
  let used: u32 = 0;
  let firstOfMany: u32 = 0;
  for (let bucket: usize = 1; bucket <= MANY; bucket++) {
    const size = at(BUCKETS, bucket);
    put(BUCKETS, bucket, used);
    firstOfMany = used;
    used += size;
  }
  for (let symbol: usize = 0; symbol < symbols; symbol++) {
    const count = at(counts, symbol);
    if (count === 0) continue;
    const bucket = min(count, MANY);
    put(SORTED, at(BUCKETS, bucket), (count << SYMBOL_BITS) | <u32>symbol);
    increase(BUCKETS, bucket);
  }
  sortFrom(firstOfMany, used);
  return used;
}

/** Sorts by insertion: few symbols occur very often. */
function sortFrom(first: usize, end: usize): void {
  for (let place = first + 1; place < end; place++) {
    const value = at(SORTED, place);
    let to = place;
    for (; to > first && at(SORTED, to - 1) > value; to--) put(SORTED, to, at(SORTED, to - 1));
    put(SORTED, to, value);
  }
}

/**
 * Makes the tree of a Huffman code, in place: each inner node ends up as the place of its parent
 * (Moffat and Katajainen, "In-Place Calculation of Minimum-Redundancy Codes").
 */
function joinNodes(used: usize): void {
  for (let place: usize = 0; place < used; place++) put(NODES, place, at(SORTED, place) >> SYMBOL_BITS);
  let leaf: usize = 2;
  let inner: usize = 0;
  put(NODES, 0, at(NODES, 0) + at(NODES, 1));
  for (let next: usize = 1; next < used - 1; next++) {
    let sum: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const takesInner = leaf >= used || (inner < next && at(NODES, inner) < at(NODES, leaf));
      if (takesInner) {
        sum += at(NODES, inner);
        put(NODES, inner++, <u32>next);
      } else sum += at(NODES, leaf++);
    }
    put(NODES, next, sum);
  }
}

/** Counts how many symbols stand at each depth of the tree. */
function countDepths(used: usize): void {
  put(NODES, used - 2, 0);
  for (let next = <i32>used - 3; next >= 0; next--) put(NODES, next, at(NODES, at(NODES, next)) + 1);
  memory.fill(DEPTHS, 0, (MAX_DEPTH + 1) << 2);
  let available: u32 = 1;
  let inner = <i32>used - 2;
  for (let depth: u32 = 0; available > 0; depth++) {
    let joined: u32 = 0;
    for (; inner >= 0 && at(NODES, inner) === depth; inner--) joined++;
    put(DEPTHS, min(<usize>depth, MAX_DEPTH), available - joined);
    available = joined << 1;
  }
}

/** Moves symbols up that stand too deep, and others down until there is a code for each again. */
function limitDepths(limit: usize): void {
  let tooDeep: u32 = 0;
  for (let depth = limit + 1; depth <= MAX_DEPTH; depth++) tooDeep += at(DEPTHS, depth);
  if (tooDeep === 0) return;
  put(DEPTHS, limit, at(DEPTHS, limit) + tooDeep);
  let taken: u32 = 0;
  for (let depth: usize = 1; depth <= limit; depth++) taken += at(DEPTHS, depth) << (<u32>(limit - depth));
  for (; taken > (<u32>1) << (<u32>limit); taken--) {
    let depth = limit - 1;
    while (at(DEPTHS, depth) === 0) depth--;
    put(DEPTHS, limit, at(DEPTHS, limit) - 1);
    put(DEPTHS, depth, at(DEPTHS, depth) - 1);
    put(DEPTHS, depth + 1, at(DEPTHS, depth + 1) + 2);
  }
}

/** The lowest bits of a word in reverse: codes are written with their first bit lowest. */
function reversed(word: u32, length: u32): u32 {
  let mirrored = ((word >> 1) & 0x5555) | ((word & 0x5555) << 1);
  mirrored = ((mirrored >> 2) & 0x3333) | ((mirrored & 0x3333) << 2);
  mirrored = ((mirrored >> 4) & 0x0f0f) | ((mirrored & 0x0f0f) << 4);
  mirrored = ((mirrored >> 8) & 0x00ff) | ((mirrored & 0x00ff) << 8);
  return mirrored >> (16 - length);
}
