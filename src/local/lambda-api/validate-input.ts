import { validationFailed } from '../core/catalog/api-error.js';
import type { Constraint } from './constraint-rules.js';
import { constraintOf } from './constraints.js';
import type { MemberSchema, Shape, StructureShape } from './operation-schemas.js';
import type { OperationInput } from './read-input.js';

/** Throws an ApiError ValidationException that names everything that is wrong. */
export type InputValidator = (shape: StructureShape, input: OperationInput) => void;

/** A member with what is asked of it, looked up once. */
interface MemberRule {
  readonly member: MemberSchema;
  readonly constraint: Constraint | undefined;
}

/**
 * Checks inputs against the constraints of the API model. All violations are reported in one
 * message, in the words of AWS's own service framework.
 */
export function createInputValidator(): InputValidator {
  const known = new WeakMap<StructureShape, readonly MemberRule[]>();
  const rulesOf: RuleSource = (shape) => {
    let rules = known.get(shape);
    if (rules === undefined) {
      rules = inReportOrder(shape).map((member) => ({ member, constraint: constraintOf(shape.name, member.name) }));
      known.set(shape, rules);
    }
    return rules;
  };
  return (shape, input) => {
    const violations = checkStructure(rulesOf, shape, { input, parent: '' });
    if (violations.length > 0) throw validationFailed(violations);
  };
}

type RuleSource = (shape: StructureShape) => readonly MemberRule[];

interface Checked {
  readonly input: OperationInput;
  readonly parent: string;
}

function checkStructure(rulesOf: RuleSource, shape: StructureShape, { input, parent }: Checked): string[] {
  const violations: string[] = [];
  for (const { member, constraint } of rulesOf(shape)) {
    const value = input[member.name];
    if (value === undefined && !member.isRequired) continue;
    const path = parent + camelCase(member.name);
    if (value === undefined) {
      violations.push(violation('null', path, 'Member must not be null'));
      continue;
    }
    const failed = constraint === undefined ? [] : checkValue(value, constraint);
    if (failed.length > 0) {
      const isSensitive = member.isSensitive || constraint?.isSensitive === true;
      const shown = isSensitive ? undefined : `'${print(value, constraint)}'`;
      violations.push(...failed.map((text) => violation(shown, path, text)));
    }
    violations.push(...checkNested(rulesOf, member.shape, { value, path }));
  }
  return violations;
}

/** Lists of runtimes are reported before everything else. */
function inReportOrder({ name, members }: StructureShape): readonly MemberSchema[] {
  const isRuntimeList = (member: MemberSchema) => constraintOf(name, member.name)?.item?.printedValues !== undefined;
  if (!members.some(isRuntimeList)) return members;
  return [...members.filter(isRuntimeList), ...members.filter((member) => !isRuntimeList(member))];
}

interface CheckedMember {
  readonly value: unknown;
  readonly path: string;
}

function checkNested(rulesOf: RuleSource, shape: Shape, { value, path }: CheckedMember): string[] {
  if (shape.kind === 'structure') {
    return checkStructure(rulesOf, shape, { input: value as OperationInput, parent: `${path}.` });
  }
  if (shape.kind === 'list' && shape.item.kind === 'structure') {
    const { item } = shape;
    // The service counts list members from one.
    return (value as readonly unknown[]).flatMap((entry, index) =>
      entry === null
        ? [violation('null', `${path}.${index + 1}.member`, 'Member must not be null')]
        : checkStructure(rulesOf, item, {
            input: entry as OperationInput,
            parent: `${path}.${index + 1}.member.`,
          }),
    );
  }
  return [];
}

function violation(shown: string | undefined, path: string, text: string): string {
  return `Value ${shown === undefined ? '' : `${shown} `}at '${path}' failed to satisfy constraint: ${text}`;
}

/** The texts of every rule that a value breaks. */
function checkValue(value: unknown, constraint: Constraint): string[] {
  const failed = checkSize(value, constraint);
  if (Array.isArray(value) && constraint.item !== undefined) {
    failed.push(...checkMembers(value, constraint.item, 'Member must satisfy constraint: '));
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const keys = Object.keys(value);
    const values = Object.values(value);
    if (constraint.key !== undefined) {
      failed.push(...checkMembers(keys, constraint.key, 'Map keys must satisfy constraint: '));
    }
    if (constraint.value !== undefined) {
      failed.push(...checkMembers(values, constraint.value, 'Map value must satisfy constraint: '));
    }
  }
  return failed;
}

/** One list names all the rules of its members, whichever of them is broken. */
function checkMembers(members: readonly unknown[], constraint: Constraint, prefix: string): string[] {
  const isBroken = members.some((member) => member === null || checkSize(member, constraint).length > 0);
  if (!isBroken) return [];
  // Lists of runtimes are checked by Lambda itself, which names the set alone.
  if (constraint.printedValues !== undefined) return describe(constraint);
  const notNull = prefix.startsWith('Map keys') || isUnsaid(constraint) ? [] : ['Member must not be null'];
  return [`${prefix}[${[...describe(constraint), ...notNull].join(', ')}]`];
}

/** VPC ids are the recorded exception: their list does not end with the null rule. */
function isUnsaid(constraint: Constraint): boolean {
  return constraint.pattern?.startsWith('sg-') === true || constraint.pattern?.startsWith('subnet-') === true;
}

function checkSize(value: unknown, constraint: Constraint): string[] {
  const size = sizeOf(value);
  const noun = typeof value === 'number' ? 'value' : 'length';
  const failed: string[] = [];
  const { min, max, unmeasured, pattern, values } = constraint;
  const isMeasured = unmeasured === undefined || typeof value !== 'string' || !matches(unmeasured, value);
  if (max !== undefined && size > max && isMeasured) {
    failed.push(`Member must have ${noun} less than or equal to ${number(max, constraint)}`);
  }
  if (min !== undefined && size < min) {
    failed.push(`Member must have ${noun} greater than or equal to ${number(min, constraint)}`);
  }
  if (pattern !== undefined && typeof value === 'string' && !matches(pattern, value)) {
    failed.push(`Member must satisfy regular expression pattern: ${pattern}`);
  }
  if (values !== undefined && !values.includes(value as string)) {
    failed.push(`Member must satisfy enum value set: [${constraint.printedValues ?? values.join(', ')}]`);
  }
  return failed;
}

function describe(constraint: Constraint): string[] {
  const noun = constraint.isDouble ? 'value' : 'length';
  const texts: string[] = [];
  if (constraint.values !== undefined) {
    texts.push(`Member must satisfy enum value set: [${constraint.printedValues ?? constraint.values.join(', ')}]`);
  }
  if (constraint.max !== undefined)
    texts.push(`Member must have ${noun} less than or equal to ${number(constraint.max, constraint)}`);
  if (constraint.min !== undefined)
    texts.push(`Member must have ${noun} greater than or equal to ${number(constraint.min, constraint)}`);
  if (constraint.pattern !== undefined)
    texts.push(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  return texts;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** The patterns of the table, compiled when they are first used. */
const compiled = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    // The patterns are written for Java, where a dot stops at a line end and \p{L} needs no flag.
    expression = new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}

/** Prints a value as Java prints it: lists in brackets, maps with equals signs, doubles with a fraction. */
function print(value: unknown, constraint: Constraint | undefined): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return number(value, constraint);
  if (Array.isArray(value)) return `[${value.map((item) => print(item, constraint?.item)).join(', ')}]`;
  if (typeof value === 'object' && !(value instanceof Uint8Array)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${print(item, constraint?.value)}`)
      .join(', ')}}`;
  }
  return String(value);
}

function number(value: number, constraint: Constraint | undefined): string {
  return constraint?.isDouble && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function camelCase(name: string): string {
  // KMSKeyArn becomes kMSKeyArn: the service lowers the first letter only.
  return name.charAt(0).toLowerCase() + name.slice(1);
}
