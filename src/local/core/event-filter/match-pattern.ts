import { type ExactJson, ExactNumber, isExactObject } from './exact-json.js';
import type { FilterPattern, FilterRule, NumericComparison } from './filter-pattern.js';

/** Whether a JSON value meets a pattern. */
export function matchesPattern(pattern: FilterPattern, value: ExactJson | undefined): boolean {
  const object = isExactObject(value) ? value : {};
  return (
    pattern.fields.every(([name, wanted]) =>
      matchesField(wanted, Object.hasOwn(object, name) ? object[name] : undefined),
    ) && pattern.or.every((alternatives) => alternatives.some((alternative) => matchesPattern(alternative, value)))
  );
}

function matchesField(wanted: FilterPattern | readonly FilterRule[], value: ExactJson | undefined): boolean {
  if (!isRules(wanted)) {
    // A list of objects matches when one of its members does.
    return Array.isArray(value)
      ? value.some((member) => matchesPattern(wanted, member))
      : matchesPattern(wanted, value);
  }
  return wanted.some((rule) => matchesRule(rule, value));
}

function isRules(wanted: FilterPattern | readonly FilterRule[]): wanted is readonly FilterRule[] {
  return Array.isArray(wanted);
}

function matchesRule(rule: FilterRule, value: ExactJson | undefined): boolean {
  // Only leaves exist for a filter: a field that holds an object counts as missing.
  if (rule.kind === 'exists') return (value !== undefined && !isExactObject(value)) === rule.isWanted;
  if (Array.isArray(value)) return value.some((member) => matchesLeaf(rule, member));
  return value !== undefined && matchesLeaf(rule, value);
}

function matchesLeaf(rule: Exclude<FilterRule, { kind: 'exists' }>, value: ExactJson): boolean {
  if (isExactObject(value) || Array.isArray(value)) return false;
  switch (rule.kind) {
    case 'equals':
      return value instanceof ExactNumber && rule.value instanceof ExactNumber
        ? value.text === rule.value.text
        : value === rule.value;
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === rule.value.toLowerCase();
    case 'prefix':
      return typeof value === 'string' && value.startsWith(rule.value);
    case 'suffix':
      return typeof value === 'string' && value.endsWith(rule.value);
    case 'anything-but':
      return !rule.rules.some((excluded) => matchesRule(excluded, value));
    case 'numeric':
      return value instanceof ExactNumber && rule.comparisons.every((comparison) => holds(value.value, comparison));
  }
}

function holds(value: number, { operator, operand }: NumericComparison): boolean {
  switch (operator) {
    case '=':
      return value === operand;
    case '<':
      return value < operand;
    case '<=':
      return value <= operand;
    case '>':
      return value > operand;
    case '>=':
      return value >= operand;
  }
}
