import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followAsyncEvents } from '../soak/checks/async-events.js';
import { sendHostileRequests } from '../soak/checks/hostile-requests.js';
import { measureLeaks } from '../soak/checks/leaks.js';
import { probeDuringBurst } from '../soak/checks/loop-probe.js';
import { countStaleAnswers, countWeighted } from '../soak/checks/redeploy.js';
import { createServiceHome, type ServiceHome } from '../soak/checks/service-process.js';
import { DEATHS, surviveDeaths } from '../soak/checks/sudden-death.js';
import { measureWarmLoad } from '../soak/checks/warm-load.js';
import { unpackMutants } from '../soak/checks/zip-mutants.js';

/** The checks of `npm run soak`, small enough for every run: what is counted must be right, how fast it was is not asked. */
describe.skipIf(process.platform !== 'linux')('the service under load (reads /proc: Linux only)', () => {
  let home: ServiceHome;
  beforeEach(async () => {
    home = await createServiceHome();
  });
  afterEach(() => home.dispose());

  it('answers each of many callers with its own event', async () => {
    expect((await measureWarmLoad(home, { requests: 300, callers: 10 })).p99Ms).toBeGreaterThan(0);
  });

  it('answers every probe during a burst of nested, self-invoking and large invocations', async () => {
    const { probes, answers } = await probeDuringBurst(home, { width: 12 });
    expect(answers).toBe(36);
    expect(probes).toBeGreaterThan(0);
  });

  it('gives back files, processes and temp entries after invocations, redeployments, errors and timeouts', async () => {
    const { atStart, atEnd } = await measureLeaks(home, { invokes: 300, redeploys: 3, errors: 10, timeouts: 5 });
    expect(atEnd).toMatchObject({ children: 0, temporaryEntries: 0, bugs: [] });
    expect(atEnd.openFiles.length, atEnd.openFiles.join(' ')).toBeLessThanOrEqual(atStart.openFiles.length);
  });

  it('delivers or dead-letters every asynchronous event', async () => {
    const report = await followAsyncEvents(home, { events: 100 });
    expect(report).toMatchObject({ lost: [], doubled: [] });
    expect(report.delivered + report.deadLettered).toBe(100);
    expect(report.mostAttempts).toBeLessThanOrEqual(3);
  });

  it('gives no stale answer after an update', async () => {
    expect((await countStaleAnswers(home, { callers: 4, updates: 3 })).stale).toEqual([]);
  });

  it('splits the calls of a weighted alias as its weights say', async () => {
    const { second, afterShift } = await countWeighted(home, { invokes: 1_000, seed: 7 });
    expectWithinThreeSigma(second, 1_000, 0.1);
    expect(afterShift).toBe(100);
  });

  it('answers hostile requests on every port and keeps serving', async () => {
    const { nameless, after } = await sendHostileRequests(home, { requests: 1_000, slowConnections: 50, seed: 18 });
    expect(nameless).toEqual([]);
    expect(after.bugs).toEqual([]);
  });

  it.each(DEATHS)('keeps what it acknowledged when it is killed during %s', async (death) => {
    expect(await surviveDeaths(home, { death, kills: 3 })).toBeGreaterThan(0);
  });

  it('lets no mutant of an archive out of its folder', async () => {
    const { extracted, refused } = await unpackMutants({ mutants: 1_500, seed: 29 });
    expect(extracted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});

function expectWithinThreeSigma(count: number, total: number, probability: number): void {
  const sigma = Math.sqrt(total * probability * (1 - probability));
  expect(Math.abs(count - total * probability)).toBeLessThanOrEqual(3 * sigma);
}
