import { describe, expect, it } from 'vitest';
import { type Constraint, NewFunctionName } from '../../../../src/local/lambda-api/constraint-rules.js';
import { constraintOf } from '../../../../src/local/lambda-api/constraints.js';
import { loadModel, type ServiceModel } from '../../../conformance/response-schema.js';

const model = loadModel();

/** Where the service differs from its model, or says so itself: documented maxima, and Lambda's own checks of names and runtimes. */
const DEVIATIONS: Readonly<Record<string, Constraint>> = {
  'CreateFunctionRequest.FunctionName': NewFunctionName,
  'CreateFunctionRequest.Timeout': { min: 1, max: 900 },
  'UpdateFunctionConfigurationRequest.Timeout': { min: 1, max: 900 },
  'CreateFunctionRequest.MemorySize': { min: 128, max: 10_240 },
  'UpdateFunctionConfigurationRequest.MemorySize': { min: 128, max: 10_240 },
  'CreateFunctionRequest.Runtime': {},
  'UpdateFunctionConfigurationRequest.Runtime': {},
};

describe.skipIf(model === undefined)('constraints (needs the API model beside the repository)', () => {
  it.each(inputMembers(model))('of %s are those of the model', (key, shape) => {
    const [structure = '', member = ''] = key.split('.');
    const expected = DEVIATIONS[key] ?? modelConstraint(model!, shape);
    expect(normalise(constraintOf(structure, member) ?? {})).toEqual(normalise(expected));
  });
});

/** Every member of every structure that an implemented operation takes in. */
function inputMembers(model: ServiceModel | undefined): (readonly [string, string])[] {
  if (model === undefined) return [['none.none', 'none']];
  const seen = new Map<string, string>();
  const walk = (name: string) => {
    const shape = model.shapes[name]!;
    if (shape.member !== undefined) walk(shape.member.shape);
    if (shape.value !== undefined) walk(shape.value.shape);
    for (const [member, target] of Object.entries(shape.members ?? {})) {
      const key = `${name}.${member}`;
      if (seen.has(key)) continue;
      seen.set(key, target.shape);
      walk(target.shape);
    }
  };
  for (const operation of Object.values(model.operations)) {
    if (!/Durable|CapacityProvider/.test(operation.name) && operation.input !== undefined) walk(operation.input.shape);
  }
  return [...seen];
}

function modelConstraint(model: ServiceModel, name: string): Constraint {
  const shape = model.shapes[name]!;
  if (shape.type === 'structure') return {};
  const nested = (target: { readonly shape: string } | undefined) =>
    target === undefined ? undefined : modelConstraint(model, target.shape);
  const item = nested(shape.member);
  const key = nested(shape.key);
  const value = nested(shape.value);
  return {
    ...(shape.min !== undefined && { min: shape.min }),
    ...(shape.max !== undefined && { max: shape.max }),
    ...(shape.pattern !== undefined && { pattern: shape.pattern }),
    ...(shape.enum !== undefined && { values: shape.enum }),
    ...(item !== undefined && { item }),
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value }),
  };
}

/** Without what only shapes messages, values sorted, empty parts dropped. */
function normalise(constraint: Constraint): unknown {
  const { isDouble: _d, isSensitive: _s, printedValues: _p, values, item, key, value, ...rest } = constraint;
  const parts = { item, key, value };
  const nested = Object.entries(parts).flatMap(([name, part]) => {
    const inner = part === undefined ? {} : normalise(part);
    return Object.keys(inner as object).length === 0 ? [] : [[name, inner] as const];
  });
  return { ...rest, ...(values !== undefined && { values: [...values].sort() }), ...Object.fromEntries(nested) };
}
