import { expect, it } from 'vitest';
import { clientGeneration } from '../../../../../src/local/bootstrap/nodejs/client-generation.js';

it.each([
  ['AWS_Lambda_nodejs24.x', '18.0.0', 4],
  ['AWS_Lambda_nodejs26.x', '22.0.0', 4],
  ['AWS_Lambda_nodejs22.x', '24.0.0', 3],
  ['AWS_Lambda_nodejs18.x', '26.0.0', 3],
  ['AWS_Lambda_Image', '24.1.0', 4],
  ['AWS_Lambda_Image', '22.1.0', 3],
  [undefined, '20.1.0', 3],
] as const)('%s on Node %s follows generation %d', (environment, node, expected) => {
  expect(clientGeneration(environment, node)).toBe(expected);
});
