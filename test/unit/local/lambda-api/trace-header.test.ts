import { expect, it } from 'vitest';
import { completeTraceHeader } from '../../../../src/local/lambda-api/trace-header.js';

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const PARENT = 'Parent=53995c3f42cd8ad8';

it.each([
  [`${ROOT};${PARENT};Sampled=0`, true, `${ROOT};${PARENT};Sampled=0`],
  [`${ROOT};${PARENT};Sampled=1`, false, `${ROOT};${PARENT};Sampled=1`],
  [`${ROOT};${PARENT}`, true, `${ROOT};${PARENT};Sampled=1`],
  [`${ROOT};${PARENT};Sampled=?`, true, `${ROOT};${PARENT};Sampled=1`],
  [`${ROOT};${PARENT};Lineage=1:00000000:0`, false, `${ROOT};${PARENT};Sampled=0;Lineage=1:00000000:0`],
])('of %s where sampling says %s becomes %s', (given, isSampled, completed) => {
  expect(completeTraceHeader(given, { nowMs: 0, isSampled: () => isSampled })).toBe(completed);
});

it.each([
  [undefined, 1],
  ['Sampled=0', 0],
])('is new without a root, with the decision of the caller if there is one: %s', (given, sampled) => {
  const header = completeTraceHeader(given, { nowMs: 1_000, isSampled: () => true });
  expect(header).toMatch(new RegExp(`^Root=1-00000001-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=${sampled}$`));
});
