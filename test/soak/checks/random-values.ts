/** Numbers from 0 inclusive to 1 exclusive; the same seed gives the same ones (the public-domain generator mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Characters that break naive code: controls, quotes, line separators, a byte order mark, several planes, combining marks. */
const CHARACTERS = [
  'a',
  'Z',
  '0',
  ' ',
  '"',
  '\\',
  '/',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u007f',
  '\u2028',
  '\u2029',
  '\ufeff',
  'ä',
  'ß',
  'é',
  'e\u0301',
  '漢',
  '字',
  '🙂',
  '👩‍👩‍👧',
  '\u{10ffff}',
  '\u202e',
];
const NUMBERS = [0, -0.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 1.7976931348623157e308, 0.1];

/** Any JSON value, nested up to `depth`. */
export function randomValue(random: () => number, depth = 4): unknown {
  const kinds = depth > 0 ? 7 : 5;
  switch (Math.floor(random() * kinds)) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return random() < 0.5
        ? NUMBERS[Math.floor(random() * NUMBERS.length)]
        : (random() - 0.5) * 10 ** Math.floor(random() * 20);
    case 3:
    case 4:
      return randomText(random);
    case 5:
      return Array.from({ length: Math.floor(random() * 6) }, () => randomValue(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 6) }, () => [
          `k${randomText(random)}`,
          randomValue(random, depth - 1),
        ]),
      );
  }
}

function randomText(random: () => number): string {
  const length = random() < 0.02 ? 5_000 : Math.floor(random() * 30);
  return Array.from({ length }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join('');
}
