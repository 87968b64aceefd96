import { type ExactJson, ExactNumber, isExactObject, parseExactJson } from './exact-json.js';

/** One condition on a value. */
export type FilterRule =
  | { readonly kind: 'equals'; readonly value: null | boolean | string | ExactNumber }
  | { readonly kind: 'equals-ignore-case'; readonly value: string }
  | { readonly kind: 'prefix' | 'suffix'; readonly value: string }
  | { readonly kind: 'anything-but'; readonly rules: readonly FilterRule[] }
  | { readonly kind: 'numeric'; readonly comparisons: readonly NumericComparison[] }
  | { readonly kind: 'exists'; readonly isWanted: boolean };

export interface NumericComparison {
  readonly operator: '=' | '<' | '<=' | '>' | '>=';
  readonly operand: number;
}

/** Fields are all to be met, the rules of one field are alternatives, and so are the patterns of `or`. */
export interface FilterPattern {
  readonly fields: readonly (readonly [name: string, wanted: FilterPattern | readonly FilterRule[]])[];
  readonly or: readonly (readonly FilterPattern[])[];
}

/** The longest pattern that is accepted (API reference, Filter). */
const MAX_PATTERN_LENGTH = 4096;
const OPERATORS: readonly string[] = ['=', '<', '<=', '>', '>='];

/**
 * Reads a filter pattern of an event source mapping; undefined when Lambda would refuse it with
 * `Invalid filter pattern definition.` (Lambda developer guide, "Filter rule syntax").
 */
export function parseFilterPattern(text: string): FilterPattern | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined;
  return toPattern(parseExactJson(text));
}

function toPattern(value: ExactJson | undefined): FilterPattern | undefined {
  if (!isExactObject(value)) return undefined;
  const fields: [string, FilterPattern | readonly FilterRule[]][] = [];
  const or: FilterPattern[][] = [];
  for (const [name, wanted] of Object.entries(value)) {
    if (name === '$or' && Array.isArray(wanted)) {
      const alternatives = wanted.map(toPattern);
      if (alternatives.length === 0 || alternatives.includes(undefined)) return undefined;
      or.push(alternatives.filter((alternative) => alternative !== undefined));
      continue;
    }
    const parsed = Array.isArray(wanted) ? toRules(wanted) : toPattern(wanted);
    if (parsed === undefined) return undefined;
    fields.push([name, parsed]);
  }
  return { fields, or };
}

function toRules(values: readonly ExactJson[]): FilterRule[] | undefined {
  const rules = values.map(toRule).filter((rule) => rule !== undefined);
  return values.length > 0 && rules.length === values.length ? rules : undefined;
}

function toRule(value: ExactJson): FilterRule | undefined {
  if (Array.isArray(value)) return undefined;
  if (!isExactObject(value)) return { kind: 'equals', value };
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return undefined;
  const [operator, operand] = entry;
  switch (operator) {
    case 'equals-ignore-case':
    case 'prefix':
    case 'suffix':
      return typeof operand === 'string' ? { kind: operator, value: operand } : undefined;
    case 'exists':
      return typeof operand === 'boolean' ? { kind: 'exists', isWanted: operand } : undefined;
    case 'numeric':
      return toNumeric(operand);
    case 'anything-but': {
      const rules = toRules(Array.isArray(operand) ? operand : [operand]);
      return rules === undefined ? undefined : { kind: 'anything-but', rules };
    }
    default:
      return undefined;
  }
}

/** `["=", 5]` or a range such as `[">", 0, "<=", 5]`. */
function toNumeric(operand: ExactJson): FilterRule | undefined {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) return undefined;
  const comparisons: NumericComparison[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [operator, number] = operand.slice(index, index + 2);
    if (typeof operator !== 'string' || !OPERATORS.includes(operator) || !(number instanceof ExactNumber)) {
      return undefined;
    }
    comparisons.push({ operator: operator as NumericComparison['operator'], operand: number.value });
  }
  return { kind: 'numeric', comparisons };
}
