import { expect, it } from 'vitest';
import { loadOperationSchemas, type Shape } from '../../../../src/local/lambda-api/operation-schemas.js';
import { loadModel } from '../../../conformance/response-schema.js';

const model = loadModel();
const operations = await loadOperationSchemas();

it.skipIf(model === undefined)(
  'lets numbers of an input have a fraction where the model says double (needs the API model beside the repository)',
  () => {
    const modelled = operations.flatMap(({ name, input }) => {
      const shape = model?.operations[name]?.input?.shape;
      return shape === undefined ? [] : [{ name, ours: doublesOf(input), theirs: modelledDoubles(shape) }];
    });
    expect(modelled.length).toBeGreaterThan(60);
    for (const { name, ours, theirs } of modelled) expect(ours, name).toEqual(theirs);
  },
);

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
