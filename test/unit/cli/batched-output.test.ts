import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BatchedOutput } from '../../../src/cli/batched-output.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('writes what comes within a moment in one piece, in order', () => {
  const written: string[] = [];
  const output = new BatchedOutput({ write: (text) => written.push(text) });
  output.write('a');
  output.write('');
  output.write('b');
  expect(written).toEqual([]);
  vi.advanceTimersByTime(20);
  output.write('c');
  vi.advanceTimersByTime(20);
  expect(written).toEqual(['ab', 'c']);
});

it('leaves nothing behind when it is flushed', () => {
  const written: string[] = [];
  const output = new BatchedOutput({ write: (text) => written.push(text) });
  output.write('last');
  output.flush();
  output.flush();
  expect(written).toEqual(['last']);
  expect(vi.getTimerCount()).toBe(0);
});
