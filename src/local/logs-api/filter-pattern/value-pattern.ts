/** One comparison of a pattern: an operator and what stands right of it. */
export interface Comparison {
  readonly operator: '=' | '!=' | '<' | '>' | '<=' | '>=';
  /** `"text"`, `4*`, `300`, or `%expression%`. */
  readonly operand: string;
}

export type ValueFilter = (value: unknown) => boolean;

/** Compiles a comparison. Numbers compare as numbers, `*` stands for any text, `%…%` is a regular expression. */
export function compileComparison({ operator, operand }: Comparison): ValueFilter {
  if (operator === '=' || operator === '!=') {
    const equals = compileEquality(operand);
    if (operator === '=') return equals;
    return (value) => value !== undefined && !equals(value);
  }
  const limit = Number(operand);
  if (operand === '' || Number.isNaN(limit)) throw new SyntaxError(`${operator} wants a number, not ${operand}`);
  return (value) => compare(operator, toNumber(value), limit);
}

function compare(operator: '<' | '>' | '<=' | '>=', value: number, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '>=':
      return value >= limit;
  }
}

function compileEquality(operand: string): ValueFilter {
  if (operand.length > 1 && operand.startsWith('%') && operand.endsWith('%')) {
    const expression = compileRegularExpression(operand.slice(1, -1));
    return (value) => isScalar(value) && expression.test(String(value));
  }
  const isQuoted = operand.length > 1 && operand.startsWith('"') && operand.endsWith('"');
  const text = isQuoted ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  if (!isQuoted && text !== '' && !Number.isNaN(Number(text))) {
    return (value) => toNumber(value) === Number(text);
  }
  const expression = new RegExp(`^${text.split('*').map(escapeExpression).join('.*')}$`, 's');
  return (value) => isScalar(value) && expression.test(String(value));
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** NaN compares with nothing. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const MAX_EXPRESSION_LENGTH = 256;

/** What CloudWatch allows in `%…%` is a part of what JavaScript allows. @throws SyntaxError */
export function compileRegularExpression(source: string): RegExp {
  if (source.length > MAX_EXPRESSION_LENGTH) throw new SyntaxError('the regular expression is too long');
  if (/\([^)]*[*+][^)]*\)[*+{]/.test(source)) throw new SyntaxError(`%${source}% repeats a repetition`);
  return new RegExp(source);
}
