/** A condition over some subject: an event's JSON, or one of its fields. */
export type Condition<Subject> = (subject: Subject) => boolean;

/** Reads tokens one after the other. */
export class TokenReader {
  #at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get isAtEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  peek(): string | undefined {
    return this.tokens[this.#at];
  }

  /** @throws SyntaxError at the end */
  next(): string {
    const token = this.tokens[this.#at++];
    if (token === undefined) throw new SyntaxError('the pattern ends too soon');
    return token;
  }

  /** Takes the next token when it is this one, whatever its case. */
  skip(token: string): boolean {
    if (this.peek()?.toUpperCase() !== token) return false;
    this.#at++;
    return true;
  }

  /** @throws SyntaxError when it is another one */
  demand(token: string): void {
    if (!this.skip(token)) throw new SyntaxError(`${token} is missing before ${this.peek() ?? 'the end'}`);
  }
}

/** Conditions joined by `||`, `&&` and parentheses; `&&` binds closer. */
export function parseConditions<Subject>(
  reader: TokenReader,
  parseOne: (reader: TokenReader) => Condition<Subject>,
): Condition<Subject> {
  const either = [parseAll(reader, parseOne)];
  while (reader.skip('||')) either.push(parseAll(reader, parseOne));
  return (subject) => either.some((condition) => condition(subject));
}

function parseAll<Subject>(
  reader: TokenReader,
  parseOne: (reader: TokenReader) => Condition<Subject>,
): Condition<Subject> {
  const parts: Condition<Subject>[] = [];
  do {
    if (reader.skip('(')) {
      parts.push(parseConditions(reader, parseOne));
      reader.demand(')');
    } else {
      parts.push(parseOne(reader));
    }
  } while (reader.skip('&&'));
  return (subject) => parts.every((condition) => condition(subject));
}
