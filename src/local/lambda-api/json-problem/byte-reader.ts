/** Where in a payload something is wrong. Lines are ended by LF, CR or both; columns count bytes, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The first thing that is wrong in a payload. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
  constructor(
    message: string,
    /** Absent where it is not told. */
    readonly place: Place | undefined,
  ) {
    super(message);
  }
}

/** Reads a payload byte by byte and knows the line and column. Its errors are those of Jackson, which AWS reads events with. */
export class ByteReader {
  position = 0;
  /** The last token that was complete, by the name that messages about a sudden end give it. */
  token = 'null';
  readonly #bytes: Uint8Array;
  #line = 1;
  #lineStart = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    // A byte order mark is not part of the text.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.position = 3;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  /** The byte that comes next, without taking it; -1 at the end. */
  peek(): number {
    return this.#bytes[this.position] ?? -1;
  }

  /** Takes one byte. @throws JsonProblem at the end */
  take(atEnd = ` in ${this.token}`): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) this.fail(`Unexpected end-of-input${atEnd}`);
    this.position += 1;
    return byte;
  }

  /** The place behind what was taken. */
  place(): Place {
    return { line: this.#line, column: this.position - this.#lineStart + 1 };
  }

  /** The place of the byte that was taken last. */
  placeBefore(): Place {
    return { line: this.#line, column: this.position - this.#lineStart };
  }

  /** Goes over white space and takes the byte behind it; -1 at the end. @throws JsonProblem for other control characters and comments */
  takeBehindSpace(): number {
    while (!this.isAtEnd) {
      const byte = this.take();
      if (byte === SLASH) {
        const hint = "(not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";
        this.failAt(byte, `maybe a (non-standard) comment? ${hint}`);
      }
      if (byte > SPACE) return byte;
      if (byte === LF) this.beginLine();
      else if (byte === CR) this.#skipReturn();
      else if (byte !== SPACE && byte !== TAB) {
        const allowed = 'only regular white space (\\r, \\n, \\t) is allowed between tokens';
        this.fail(`Illegal character (${describeCharacter(byte)}): ${allowed}`);
      }
    }
    return -1;
  }

  beginLine(): void {
    this.#line += 1;
    this.#lineStart = this.position;
  }

  fail(message: string, place: Place = this.place()): never {
    throw new JsonProblem(message, place);
  }

  /** The byte or character that was taken last should not be there. */
  failAt(character: number, comment: string, kind = ''): never {
    this.fail(`Unexpected character (${describeCharacter(character)})${kind}: ${comment}`, this.placeBefore());
  }

  /** The character that a byte begins, for a message. @throws JsonProblem when it is none */
  decode(first: number): number {
    if (first <= 0x7f) return first;
    const length = sequenceLength(first);
    if (length === 0) this.fail(`Invalid UTF-8 start byte 0x${first.toString(16)}`);
    let code = first & (0x7f >> length);
    for (let index = 1; index < length; index += 1) code = (code << 6) | this.takeMiddle();
    return code;
  }

  /** Takes a byte that goes on with a character. @throws JsonProblem when it does not */
  takeMiddle(): number {
    const byte = this.take();
    if ((byte & 0xc0) !== 0x80) this.fail(`Invalid UTF-8 middle byte 0x${byte.toString(16)}`);
    return byte & 0x3f;
  }

  #skipReturn(): void {
    if (this.peek() === LF) this.position += 1;
    this.beginLine();
  }
}

/** How many bytes a UTF-8 character has by its first one; 0 when no character begins with it. */
export function sequenceLength(first: number): number {
  if ((first & 0xe0) === 0xc0) return 2;
  if ((first & 0xf0) === 0xe0) return 3;
  return (first & 0xf8) === 0xf0 ? 4 : 0;
}

export function describeCharacter(code: number): string {
  const unit = code & 0xffff;
  if (unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f)) return `(CTRL-CHAR, code ${code})`;
  const hex = code > 255 ? ` / 0x${code.toString(16)}` : '';
  return `'${String.fromCharCode(unit)}' (code ${code}${hex})`;
}

const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SLASH = 0x2f;
