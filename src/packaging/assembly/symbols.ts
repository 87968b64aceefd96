import {
  DISTANCE_BASES,
  DISTANCE_EXTRAS,
  DISTANCE_SLOTS,
  DISTANCES,
  FIXED_DISTANCE_LENGTHS,
  FIXED_LITERAL_LENGTHS,
  LENGTH_BASES,
  LENGTH_EXTRAS,
  LENGTH_SLOTS,
} from './memory-layout';

const LENGTHS: usize = 28;
const LONGEST: usize = 255;

/** Fills the tables that are the same for all content (RFC 1951, 3.2.5 and 3.2.6). */
export function fillTables(): void {
  let length: usize = 0;
  for (let slot: usize = 0; slot < LENGTHS; slot++) {
    const extra: usize = slot < 8 ? 0 : (slot >> 2) - 1;
    store<u16>(LENGTH_BASES + (slot << 1), <u16>length);
    store<u8>(LENGTH_EXTRAS + slot, <u8>extra);
    for (const end = length + ((<usize>1) << extra); length < end; length++) {
      store<u8>(LENGTH_SLOTS + length, <u8>slot);
    }
  }
  // The greatest length has a slot of its own.
  store<u16>(LENGTH_BASES + (LENGTHS << 1), <u16>LONGEST);
  store<u8>(LENGTH_EXTRAS + LENGTHS, 0);
  store<u8>(LENGTH_SLOTS + LONGEST, <u8>LENGTHS);
  let distance: usize = 0;
  for (let slot: usize = 0; slot < DISTANCES; slot++) {
    const extra: usize = slot < 4 ? 0 : (slot >> 1) - 1;
    store<u16>(DISTANCE_BASES + (slot << 1), <u16>distance);
    store<u8>(DISTANCE_EXTRAS + slot, <u8>extra);
    for (const end = distance + ((<usize>1) << extra); distance < end; distance++) {
      store<u8>(DISTANCE_SLOTS + (distance < 256 ? distance : 256 + (distance >> 7)), <u8>slot);
    }
  }
  for (let symbol: usize = 0; symbol < 288; symbol++) {
    store<u8>(FIXED_LITERAL_LENGTHS + symbol, symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  }
  memory.fill(FIXED_DISTANCE_LENGTHS, 5, DISTANCES);
}

/** The slot of the length of a match less 3. */
export function lengthSlot(length: u32): usize {
  return load<u8>(LENGTH_SLOTS + <usize>length);
}

/** The slot of a distance less 1. */
export function distanceSlot(distance: u32): usize {
  return load<u8>(DISTANCE_SLOTS + (distance < 256 ? <usize>distance : 256 + (<usize>distance >> 7)));
}
