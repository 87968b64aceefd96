import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import { createLifecycleService } from './lifecycle-service.js';

/** What the n-th invocation does: 5 % throw, 1 % exit, 1 % run into their timeout, the rest answer. */
function actionOf(index: number): 'throw' | 'exit' | 'hang' | 'echo' {
  if (index % 100 === 7) return 'exit';
  if (index % 100 === 57) return 'hang';
  return index % 20 === 3 ? 'throw' : 'echo';
}

/**
 * Runs `total` invocations by 8 callers at once and checks each answer, the count of each kind and that
 * nothing is left at the end.
 */
export async function runMix(total: number): Promise<void> {
  // However busy the machine is, a caller waits for the environment of its last call rather than get a ninth.
  const service = createLifecycleService({ settings: { reuseGraceMs: 60_000 } });
  const descriptorsBefore = await openDescriptors();
  const seen = { throw: 0, exit: 0, hang: 0, echo: 0 };
  let next = 0;
  const caller = async () => {
    while (next < total) {
      const index = next++;
      const action = actionOf(index);
      // On a busy machine a start alone may take seconds, so only who shall run into its limit has a short one.
      const timeoutSeconds = action === 'hang' ? 1 : 60;
      const result = await service.invoke({ do: action, code: 3, index }, { snapshot: { timeoutSeconds } });
      seen[action] += 1;
      check(action, index, result);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));

  const expected = { throw: 0, exit: 0, hang: 0, echo: 0 };
  for (let index = 0; index < total; index++) expected[actionOf(index)] += 1;
  expect(seen).toEqual(expected);
  const types = service.types();
  for (const type of ['platform.start', 'platform.runtimeDone', 'platform.report'] as const) {
    expect(types.filter((other) => other === type)).toHaveLength(total);
  }
  expect(service.pids.size).toBeLessThanOrEqual(8);
  await service.dispatcher.dispose();
  expect(service.pids.size).toBe(0);
  while ((await openDescriptors()) > descriptorsBefore) await new Promise((resolve) => setImmediate(resolve));
}

type Result = Awaited<ReturnType<ReturnType<typeof createLifecycleService>['invoke']>>;

function check(action: ReturnType<typeof actionOf>, index: number, { outcome, json, report, log }: Result): void {
  const { requestId } = outcome;
  if (action === 'echo') {
    expect(outcome, JSON.stringify(json)).not.toHaveProperty('functionError');
    expect(json).toMatchObject({ index, id: requestId });
    expect(report.status).toBe('success');
  } else {
    expect(outcome.functionError).toBe('Unhandled');
  }
  if (action === 'throw') expect(json).toMatchObject({ errorMessage: 'boom' });
  if (action === 'exit') {
    expect(json).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`,
    });
  }
  if (action === 'hang') {
    expect(json).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
  }
  expect(log).toContain(`START RequestId: ${requestId}`);
  expect(log).toContain(`REPORT RequestId: ${requestId}`);
}

async function openDescriptors(): Promise<number> {
  return process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0;
}
