import { describe, expect, it } from 'vitest';
import { loadOperationSchemas, type Shape } from '../../../../src/local/lambda-api/operation-schemas.js';
import { loadModel } from '../../../conformance/response-schema.js';

const model = loadModel();
const operations = await loadOperationSchemas();

describe.skipIf(model === undefined)('the numbers of an input (needs the API model beside the repository)', () => {
  it.each(operations.map(({ name, input }) => [name, input] as const))(
    'have a fraction where the model says double: %s',
    (name, input) => {
      const modelled = model?.operations[name]?.input?.shape;
      if (modelled !== undefined) expect(doublesOf(input)).toEqual(modelledDoubles(modelled));
    },
  );
});

/** Paths of all doubles below a shape. */
function doublesOf(shape: Shape, path = ''): readonly string[] {
  switch (shape.kind) {
    case 'double':
      return [path];
    case 'list':
    case 'map':
      return doublesOf(shape.item, path);
    case 'structure':
      return shape.members.flatMap((member) => doublesOf(member.shape, `${path}.${member.name}`)).sort();
    default:
      return [];
  }
}

function modelledDoubles(name: string, path = ''): readonly string[] {
  const shape = model?.shapes[name];
  if (shape?.type === 'double' || shape?.type === 'float') return [path];
  const items = [shape?.member, shape?.value].flatMap((item) => (item ? modelledDoubles(item.shape, path) : []));
  const members = Object.entries(shape?.members ?? {});
  return [
    ...items,
    ...members.flatMap(([member, target]) => modelledDoubles(target.shape, `${path}.${member}`)),
  ].sort();
}
