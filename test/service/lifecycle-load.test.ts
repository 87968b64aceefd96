import { afterEach, expect, it } from 'vitest';
import { createLifecycleService, createSnapshot, type LifecycleServiceOptions } from './lifecycle-service.js';

let service: ReturnType<typeof createLifecycleService>;

function open(options: LifecycleServiceOptions = {}) {
  service = createLifecycleService(options);
  return service;
}

afterEach(async () => {
  await service.dispatcher.dispose();
  expect([...service.pids], 'processes that outlived dispose').toEqual([]);
});

it('gives no answer of an old revision after a change, with callers at work', async () => {
  const { invoke, dispatcher } = open();
  const { functionArn } = createSnapshot();
  let revision = 1;
  let answers = 0;
  const caller = async () => {
    while (revision < 10) {
      const askedAt = revision;
      const { json, outcome } = await invoke({}, { snapshot: { revisionId: String(revision) } });
      expect(outcome, JSON.stringify(json)).not.toHaveProperty('functionError');
      expect(Number((json as { revision: string }).revision)).toBe(askedAt);
      answers += 1;
    }
  };
  const callers = Promise.all(Array.from({ length: 6 }, caller));
  while (revision < 10) {
    const seen = answers;
    while (answers < seen + 12) await new Promise((resolve) => setImmediate(resolve));
    revision += 1;
    dispatcher.retire(functionArn, '$LATEST', String(revision));
  }
  await callers;
  expect(service.pids.size).toBeLessThanOrEqual(6 * 2);
});

it('ends twenty functions at their timeout at the same time and leaves others alone', async () => {
  const { invoke } = open();
  await Promise.all(Array.from({ length: 21 }, () => invoke({})));
  const started = performance.now();
  const hanging = Array.from({ length: 20 }, async () => {
    const { outcome } = service.start({ do: 'hang' }, { snapshot: { timeoutSeconds: 1 } });
    const { payload } = await outcome;
    return { text: Buffer.from(payload).toString(), afterMs: performance.now() - started };
  });
  const others = (async () => {
    for (let round = 0; round < 50; round++) expect((await invoke({ round })).json).toMatchObject({ round });
  })();
  for (const { text, afterMs } of await Promise.all(hanging)) {
    expect(text).toContain('Task timed out after 1.00 seconds');
    expect(afterMs).toBeGreaterThanOrEqual(1000);
  }
  await others;
});

it('answers a burst of cold and warm invocations, each with its own body', async () => {
  const { invoke } = open();
  await Promise.all(Array.from({ length: 5 }, () => invoke({})));
  const text = 'x'.repeat(200_000);
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      invoke({ index, text }, { snapshot: { functionName: index % 3 === 0 ? 'other' : 'fn' } }),
    ),
  );
  for (const [index, { json, outcome }] of results.entries()) {
    expect(json).toMatchObject({ index, text, id: outcome.requestId });
  }
});
