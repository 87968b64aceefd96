/** True for a byte that continues a UTF-8 character (10xxxxxx). */
export function isUtf8Continuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/**
 * How many of the first `length` bytes can be cut off without cutting a UTF-8 character: `length`
 * itself, or up to 3 less. Bytes that are no UTF-8 at all are not held back.
 */
export function utf8CutLength(bytes: Uint8Array, length: number): number {
  const start = Math.max(0, length - 3);
  for (let index = length - 1; index >= start; index--) {
    const byte = bytes[index] ?? 0;
    if (isUtf8Continuation(byte)) continue;
    return index + characterLength(byte) > length ? index : length;
  }
  return length;
}

/** Length in bytes that a leading byte announces; 1 for ASCII and for bytes that lead nothing. */
function characterLength(leadingByte: number): number {
  if (leadingByte >= 0xc2 && leadingByte <= 0xdf) return 2;
  if (leadingByte >= 0xe0 && leadingByte <= 0xef) return 3;
  if (leadingByte >= 0xf0 && leadingByte <= 0xf4) return 4;
  return 1;
}
