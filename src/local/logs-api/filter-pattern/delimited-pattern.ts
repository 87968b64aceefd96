import { type Condition, parseConditions, TokenReader } from './condition-parser.js';
import type { LogFilter } from './log-filter.js';
import { type Comparison, compileComparison } from './value-pattern.js';

const TOKEN = /\s*(&&|\|\||!=|<=|>=|[=<>(),]|\.\.\.|"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|[^\s=<>!(),&|"]+)/y;
/** A field is a word, or what stands in double quotes or square brackets. */
const FIELD = /"([^"]*)"|\[([^\]]*)\]|(\S+)/g;

type Field = Condition<string> | '...';

/** `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`; `...` stands for any number of fields. */
export function parseDelimitedPattern(text: string): LogFilter {
  if (!text.endsWith(']')) throw new SyntaxError('the last ] is missing');
  const fields = readFields(new TokenReader(tokensOf(text.slice(1, -1))));
  const gap = fields.indexOf('...');
  if (fields.lastIndexOf('...') !== gap) throw new SyntaxError('... may stand there once');
  return (message) => fitFields(fields, gap, fieldsOf(message));
}

function fitFields(fields: readonly Field[], gap: number, values: readonly string[]): boolean {
  if (gap < 0) return values.length === fields.length && fitEach(fields, values);
  const after = fields.slice(gap + 1);
  if (values.length < fields.length - 1) return false;
  return fitEach(fields.slice(0, gap), values) && fitEach(after, values.slice(values.length - after.length));
}

function fitEach(fields: readonly Field[], values: readonly string[]): boolean {
  return fields.every((field, index) => field === '...' || field(values[index] ?? ''));
}

function fieldsOf(message: string): readonly string[] {
  return [...message.matchAll(FIELD)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function readFields(reader: TokenReader): readonly Field[] {
  const fields: Field[] = [];
  do {
    fields.push(reader.skip('...') ? '...' : parseConditions(reader, parseField));
  } while (reader.skip(','));
  if (!reader.isAtEnd) throw new SyntaxError(`${reader.next()} is not understood`);
  return fields;
}

/** A name alone takes anything. */
function parseField(reader: TokenReader): Condition<string> {
  reader.next();
  const operator = reader.peek();
  if (operator === undefined || !['=', '!=', '<', '>', '<=', '>='].includes(operator)) return () => true;
  reader.next();
  return compileComparison({ operator: operator as Comparison['operator'], operand: reader.next() });
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match?.[1] === undefined) throw new SyntaxError(`${JSON.stringify(text.slice(at).trim())} is not understood`);
    tokens.push(match[1]);
    at = TOKEN.lastIndex;
  }
  return tokens;
}
