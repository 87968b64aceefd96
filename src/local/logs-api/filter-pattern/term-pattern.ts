import type { LogFilter } from './log-filter.js';
import { compileRegularExpression } from './value-pattern.js';

interface Term {
  readonly sign: '' | '-' | '?';
  readonly fits: LogFilter;
}

const TERM = /\s*([-?]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|([^\s"%]+))/y;

/**
 * Terms: all of those without a sign must occur, none of those with `-`, and one of those with `?`. Case
 * counts, a part of a word is enough. Terms with `?` mean nothing beside others, as in CloudWatch.
 */
export function parseTermPattern(text: string): LogFilter {
  const terms = readTerms(text);
  const wanted = terms.filter(({ sign }) => sign === '');
  const unwanted = terms.filter(({ sign }) => sign === '-');
  if (wanted.length === 0 && unwanted.length === 0) return (message) => terms.some(({ fits }) => fits(message));
  return (message) => wanted.every(({ fits }) => fits(message)) && !unwanted.some(({ fits }) => fits(message));
}

function readTerms(text: string): readonly Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TERM.lastIndex = at;
    const match = TERM.exec(text);
    if (match === null) throw new SyntaxError(`nothing ends what begins at ${JSON.stringify(text.slice(at).trim())}`);
    at = TERM.lastIndex;
    terms.push({ sign: match[1] as Term['sign'], fits: termOf(match) });
    if (text.slice(at).trim() === '') break;
  }
  return terms;
}

function termOf([, , quoted, expression, bare]: RegExpExecArray): LogFilter {
  if (expression !== undefined) {
    const compiled = compileRegularExpression(expression);
    return (message) => compiled.test(message);
  }
  const term = quoted === undefined ? checkBare(bare ?? '') : quoted.replace(/\\(.)/g, '$1');
  return (message) => message.includes(term);
}

/** Anything but letters, digits and `_` stands in quotes. */
function checkBare(term: string): string {
  if (/^[\p{L}\p{N}_]+$/u.test(term)) return term;
  throw new SyntaxError(`Invalid character(s) in term '${term}'; write it in double quotes`);
}
