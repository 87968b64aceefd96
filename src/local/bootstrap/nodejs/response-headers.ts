import { buffer } from './builtin-modules.js';

const LINE_FEED = 10;
const COLON = 58;

/**
 * The headers of a response, kept as the text they came in: a value is looked for when it is asked for. To make members of all
 * names that were just read costs a young process, as those of functions are, more than everything else it does with an event.
 */
export class ResponseHeaders {
  /** Character for byte, so that a place in one is the same place in the other. */
  readonly #text: string;
  readonly #lowerCase: string;
  readonly #isAscii: boolean;

  /** @param head the bytes before the empty line; the status line may be among them */
  constructor(head: Buffer) {
    this.#text = head.toString('latin1');
    this.#lowerCase = this.#text.toLowerCase();
    this.#isAscii = buffer.isAscii(head);
  }

  /** @param name in lower case */
  get(name: string): string | undefined {
    const names = this.#lowerCase;
    for (let begin = names.indexOf(name); begin >= 0; begin = names.indexOf(name, begin + 1)) {
      const end = begin + name.length;
      if (names.charCodeAt(begin - 1) === LINE_FEED && names.charCodeAt(end) === COLON) return this.#valueAt(end + 1);
    }
    return undefined;
  }

  #valueAt(begin: number): string {
    const end = this.#text.indexOf('\r\n', begin);
    const value = this.#text.slice(begin, end < 0 ? undefined : end).trim();
    // The platform's own clients read values as UTF-8: a client context may hold any character.
    return this.#isAscii ? value : Buffer.from(value, 'latin1').toString();
  }
}
