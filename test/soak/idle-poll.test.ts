import { expect, it } from 'vitest';
import { createLifecycleService } from '../service/lifecycle-service.js';

const TEN_MINUTES_MS = 10 * 60_000;

it('leaves a runtime alone that waits ten minutes for its next event', async () => {
  const service = createLifecycleService({ settings: { idleEndMs: 2 * TEN_MINUTES_MS } });
  await service.invoke({});
  // The time has to pass: what is tested is that no layer below us has a limit of its own.
  await new Promise((resolve) => setTimeout(resolve, TEN_MINUTES_MS));
  expect((await service.invoke({})).json).toMatchObject({ count: 2 });
  expect(service.runtimePids).toHaveLength(1);
  await service.dispatcher.dispose();
});
