import { expect, it, onTestFinished, vi } from 'vitest';
import { createChangeBatches } from '../../../../src/actions/dev/change-batches.js';

function start() {
  vi.useFakeTimers();
  const batches = createChangeBatches();
  onTestFinished(() => {
    batches.dispose();
    vi.useRealTimers();
  });
  return batches;
}

const change = (file: string) => ({ file, kind: 'changed' }) as const;
const { signal } = new AbortController();

it('puts together what comes within a moment, each file once', async () => {
  const batches = start();
  const next = batches.next(signal);
  batches.add(change('a'));
  await vi.advanceTimersByTimeAsync(4);
  batches.add(change('b'));
  batches.add(change('a'));
  await vi.advanceTimersByTimeAsync(6);
  expect((await next).map(({ file }) => file)).toEqual(['a', 'b']);
});

it('keeps what comes while nobody waits, and does not wait for ever for quiet', async () => {
  const batches = start();
  for (let at = 0; at < 120; at += 4) {
    batches.add(change(`file-${at}`));
    await vi.advanceTimersByTimeAsync(4);
  }
  expect((await batches.next(signal)).length).toBeGreaterThan(20);
  batches.add(change('late'));
  await vi.advanceTimersByTimeAsync(200);
  expect(await batches.next(signal)).toContainEqual(change('late'));
});

it('ends the wait when somebody asks for it, with nothing', async () => {
  const batches = start();
  const next = batches.next(signal);
  batches.wake();
  expect(await next).toEqual([]);
});

it('ends with the signal', async () => {
  const batches = start();
  const controller = new AbortController();
  const next = batches.next(controller.signal);
  controller.abort(new Error('over'));
  await expect(next).rejects.toThrow('over');
  await expect(batches.next(controller.signal)).rejects.toThrow('over');
});
