import { type Condition, parseConditions, TokenReader } from './condition-parser.js';
import type { LogFilter } from './log-filter.js';
import { type Comparison, compileComparison } from './value-pattern.js';

const TOKEN =
  /\s*(\$(?:\.[\p{L}\p{N}_-]+|\[(?:\d+|\*|'[^']*'|"[^"]*")\])*|&&|\|\||!=|<=|>=|[=<>(){}]|"(?:[^"\\]|\\.)*"|%(?:[^%\\]|\\.)*%|[^\s=<>!(){}&|"]+)/uy;

/** `{ $.level = "ERROR" && ($.ms > 300 || $.tags[0] = blue*) && $.user NOT EXISTS }` */
export function parseJsonPattern(text: string): LogFilter {
  const reader = new TokenReader(tokensOf(text));
  reader.demand('{');
  const condition = parseConditions<unknown>(reader, parseComparison);
  reader.demand('}');
  if (!reader.isAtEnd) throw new SyntaxError(`nothing may follow the last }, such as ${reader.next()}`);
  return (message) => {
    const value = parseJson(message);
    return value !== undefined && condition(value);
  };
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

/** The whole event has to be JSON, as in CloudWatch. */
function parseJson(message: string): unknown {
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // A line that is not JSON fits no JSON pattern.
  }
}

function parseComparison(reader: TokenReader): Condition<unknown> {
  const read = compileSelector(reader.next());
  const fits = parseTest(reader);
  return (document) => {
    const values = read(document);
    return values.length === 0 ? fits(undefined) : values.some(fits);
  };
}

function parseTest(reader: TokenReader): Condition<unknown> {
  const word = reader.next();
  switch (word.toUpperCase()) {
    case 'IS':
      return parseIs(reader);
    case 'NOT':
      reader.demand('EXISTS');
      return (value) => value === undefined;
    case 'EXISTS':
      return (value) => value !== undefined;
    case '=':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compileComparison({ operator: word as Comparison['operator'], operand: reader.next() });
    default:
      throw new SyntaxError(`${word} is no operator`);
  }
}

function parseIs(reader: TokenReader): Condition<unknown> {
  const what = reader.next();
  const wanted = { TRUE: true, FALSE: false, NULL: null }[what.toUpperCase()];
  if (wanted === undefined) throw new SyntaxError(`IS wants TRUE, FALSE or NULL, not ${what}`);
  return (value) => value === wanted;
}

const STEP = /\.([\p{L}\p{N}_-]+)|\[(\d+|\*)\]|\['([^']*)'\]|\["([^"]*)"\]/gu;

/** `$.a.b[0]`, `$.a[*].b`, `$['a']`: the values at that place, none when there is no such place. */
function compileSelector(selector: string): (document: unknown) => readonly unknown[] {
  if (!selector.startsWith('$')) throw new SyntaxError(`${selector} is no selector; it begins with $.`);
  const steps = [...selector.matchAll(STEP)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  return (document) => {
    let values: readonly unknown[] = [document];
    for (const step of steps) values = values.flatMap((value) => membersAt(value, step));
    return values;
  };
}

function membersAt(value: unknown, step: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return step === '*' ? value : step in value ? [value[Number(step)]] : [];
  return Object.hasOwn(value, step) ? [(value as Readonly<Record<string, unknown>>)[step]] : [];
}
