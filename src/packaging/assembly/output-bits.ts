/** Where output is written, and bits that do not fill a byte yet. */
let place: usize = 0;
let bits: u64 = 0;
let count: u64 = 0;

export function beginOutput(at: usize): void {
  place = at;
  bits = 0;
  count = 0;
}

export function outputPlace(): usize {
  return place;
}

/** Adds bits, at most 56 after each flush. */
export function addBits(value: u64, length: u64): void {
  bits |= value << count;
  count += length;
}

/** Writes the bytes that are full; the seven after them are touched too. */
export function flushBits(): void {
  store<u64>(place, bits);
  place += <usize>(count >> 3);
  bits >>= count & 56;
  count &= 7;
}

/** Fills up the last byte. */
export function endByte(): void {
  count = (count + 7) & ~7;
  flushBits();
}

/** Adds whole bytes, after the end of one. */
export function addBytes(from: usize, length: usize): void {
  memory.copy(place, from, length);
  place += length;
}

export function pendingBits(): u64 {
  return bits;
}

export function pendingCount(): u64 {
  return count;
}

/** Goes on where a loop with copies of these three has come to. */
export function continueOutput(at: usize, value: u64, length: u64): void {
  place = at;
  bits = value;
  count = length;
}
