import { expect, it } from 'vitest';
import { ignoresPath, isBelow, isToolchainOutput } from '../../../../src/actions/dev/watched-places.js';

it.each([
  ['/p/node_modules', true],
  ['/p/.git', true],
  ['/p/src/index.ts~', true],
  ['/p/src/.index.ts.swp', true],
  ['/p/src/.#index.ts', true],
  ['/p/src/index.ts', false],
  ['/p/.env', false],
  ['/p/dist', false],
])('%s is ignored: %s', (file, expected) => {
  expect(ignoresPath(file)).toBe(expected);
});

it.each([
  ['/p/src', '/p/src', true],
  ['/p/src', '/p/src/a/b.ts', true],
  ['/p/src', '/p/source/b.ts', false],
  ['/p/src', '/p/..b', false],
  ['/p', '/p/..b', true],
])('below %s is %s: %s', (folder, file, expected) => {
  expect(isBelow(folder, file)).toBe(expected);
});

it('knows what toolchains write themselves', () => {
  expect(isToolchainOutput('/p/target/debug/x', '/p', 'rust')).toBe(true);
  expect(isToolchainOutput('/p/src/main.rs', '/p', 'rust')).toBe(false);
  expect(isToolchainOutput('/p/target/x', '/p', 'none')).toBe(false);
});
