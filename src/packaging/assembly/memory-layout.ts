/**
 * Where things stand in the memory of the deflater. It is one instance's for good, nothing in it is ever freed, and
 * content and output come behind the tables.
 */

/** u8 for each length of a match less 3, and for each distance less 1 (see distanceSlot): its slot (RFC 1951, 3.2.5). */
export const LENGTH_SLOTS: usize = 0x400;
export const DISTANCE_SLOTS: usize = 0x500;
/** For each slot: the least length less 3 or the least distance less 1 as u16, and how many extra bits follow as u8. */
export const LENGTH_BASES: usize = 0x700;
export const LENGTH_EXTRAS: usize = 0x740;
export const DISTANCE_BASES: usize = 0x780;
export const DISTANCE_EXTRAS: usize = 0x7c0;

/** How often each symbol occurs in a block, as u32: literals and lengths, distances, and the lengths of their codes. */
export const LITERAL_COUNTS: usize = 0x800;
export const DISTANCE_COUNTS: usize = 0xd00;
export const LENGTH_COUNTS: usize = 0xd80;
/** The lengths of their codes, as u8. */
export const LITERAL_LENGTHS: usize = 0xe00;
export const DISTANCE_LENGTHS: usize = 0xf40;
export const LENGTH_LENGTHS: usize = 0xf80;
/** Their codes, as u32: the bits in the order in which they are written, above how many there are. */
export const LITERAL_CODES: usize = 0x1000;
export const DISTANCE_CODES: usize = 0x1480;
export const LENGTH_CODES: usize = 0x1500;
/** Lengths of the codes that RFC 1951 fixes in 3.2.6. */
export const FIXED_LITERAL_LENGTHS: usize = 0x2b00;
export const FIXED_DISTANCE_LENGTHS: usize = 0x2c40;

/** For the header of a block: all lengths of codes as u8, and runs of them as u16. */
export const ALL_LENGTHS: usize = 0x1580;
export const RUNS: usize = 0x1700;
/** For making codes, as u32. */
export const SORTED: usize = 0x1a00;
export const NODES: usize = 0x1f00;
export const BUCKETS: usize = 0x2400;
export const DEPTHS: usize = 0x2900;
export const NEXT_CODES: usize = 0x2a00;

/** The last place where four bytes with a hash stood, as i32; for each place the one before it with that hash. */
export const HEADS: usize = 0x10000;
export const PREVIOUS: usize = 0x30000;
/** The block that is being gathered: a byte, or a match as its length above its distance, as u32. */
export const TOKENS: usize = 0x50000;
/** The content of a file. */
export const INPUT: usize = 0x63000;

export const LITERALS: usize = 286;
export const DISTANCES: usize = 30;
/** Kinds of lengths of codes. */
export const KINDS: usize = 19;
export const END_OF_BLOCK: usize = 256;
