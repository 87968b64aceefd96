import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followAsyncEvents } from './checks/async-events.js';
import { sendHostileRequests } from './checks/hostile-requests.js';
import { followThroughKills } from './checks/killed-queues.js';
import { measureLeaks } from './checks/leaks.js';
import { probeDuringBurst } from './checks/loop-probe.js';
import { countStaleAnswers, countWeighted } from './checks/redeploy.js';
import { createServiceHome, type ServiceHome } from './checks/service-process.js';
import { DEATHS, surviveDeaths } from './checks/sudden-death.js';
import { measureLongLoad, measureWarmLoad } from './checks/warm-load.js';
import { unpackMutants } from './checks/zip-mutants.js';

/** The promises of the service in full: some of these take many minutes and want a quiet machine. */
describe.skipIf(process.platform !== 'linux')('the service, for long (reads /proc: Linux only)', () => {
  let home: ServiceHome;
  beforeEach(async () => {
    home = await createServiceHome();
  });
  afterEach(() => home.dispose());

  it('answers 5,000 warm calls of 10 callers at 500 a second and more', async () => {
    const report = await measureWarmLoad(home, { requests: 5_000, callers: 10 });
    console.log('warm load', report);
    expect(report.requestsPerSecond).toBeGreaterThanOrEqual(500);
    expect(report.p99Ms).toBeLessThanOrEqual(60);
  });

  it('answers probes at once during a burst 50 wide', async () => {
    const report = await probeDuringBurst(home, { width: 50 });
    console.log('loop probe', report);
    expect(report.answers).toBe(150);
    expect(report.p50Ms).toBeLessThanOrEqual(100);
    expect(report.maxMs).toBeLessThanOrEqual(1_000);
  });

  it('holds no more after 20,000 invocations, 30 redeployments, 200 errors and 100 timeouts', async () => {
    const report = await measureLeaks(home, { invokes: 20_000, redeploys: 30, errors: 200, timeouts: 100 });
    console.log('leaks', report);
    const { atStart, warm, worked, atEnd } = report;
    expect(worked.heapMb - warm.heapMb).toBeLessThanOrEqual(5);
    expect(worked.rssMb - warm.rssMb).toBeLessThanOrEqual(30);
    expect(atEnd).toMatchObject({ children: 0, temporaryEntries: 0, bugs: [] });
    expect(atEnd.openFiles.length, atEnd.openFiles.join(' ')).toBeLessThanOrEqual(atStart.openFiles.length);
  });

  it('does not grow while 64 callers keep it busy for a minute', async () => {
    const report = await measureLongLoad(home, { callers: 64, seconds: 60 });
    console.log('long load', report);
    expect(report.afterMb - report.beforeMb).toBeLessThanOrEqual(30);
  });

  it('delivers or dead-letters every one of 2,000 asynchronous events', async () => {
    const report = await followAsyncEvents(home, { events: 2_000 });
    console.log('asynchronous events', report);
    expect(report).toMatchObject({ lost: [], doubled: [] });
    expect(report.delivered + report.deadLettered).toBe(2_000);
    expect(report.mostAttempts).toBeLessThanOrEqual(3);
  });

  it('loses no event and no message to 20 kills, one every two seconds, and dead-letters after three receipts', async () => {
    const report = await followThroughKills(home, { events: 2_000, messages: 500, kills: 20, everyMs: 2_000 });
    console.log('killed queues', JSON.stringify(report));
    const { events, messages } = report;
    expect(events.acknowledged).toBe(2_000);
    expect({ events: events.lost, messages: messages.lost }).toEqual({ events: [], messages: [] });
    expect(messages.mostReceives).toBe(3);
    expect(messages.poisonDead).toBe(messages.poison);
    expect(messages.calmSeenThreeTimes).toBe(messages.calm);
  });

  it('gives no stale answer over 30 updates under 10 callers', async () => {
    const report = await countStaleAnswers(home, { callers: 10, updates: 30 });
    console.log('redeployments', { answers: report.answers, stale: report.stale.length });
    expect(report.stale).toEqual([]);
  });

  it('splits 10,000 calls of a weighted alias within three sigma', async () => {
    const { second, afterShift } = await countWeighted(home, { invokes: 10_000, seed: Date.now() });
    console.log('weighted alias', { second, afterShift });
    expect(Math.abs(second - 1_000)).toBeLessThanOrEqual(3 * Math.sqrt(10_000 * 0.1 * 0.9));
    expect(afterShift).toBe(100);
  });

  it('answers 100,000 hostile requests on every port, with 500 slow connections open', async () => {
    const seed = Date.now();
    const report = await sendHostileRequests(home, { requests: 100_000, slowConnections: 500, seed });
    console.log('hostile requests', { seed, ...report, nameless: report.nameless.length });
    expect(report.nameless).toEqual([]);
    expect(report.after.bugs).toEqual([]);
    expect(report.after.rssMb - report.warm.rssMb).toBeLessThanOrEqual(50);
  });

  it.each(DEATHS)('keeps what it acknowledged when it is killed 20 times during %s', async (death) => {
    const kept = await surviveDeaths(home, { death, kills: 20 });
    console.log(`killed during ${death}`, { kept });
    expect(kept).toBeGreaterThan(0);
  });

  it('lets none of 100,000 mutants of archives out of its folder', async () => {
    const seed = Date.now();
    const report = await unpackMutants({ mutants: 100_000, seed });
    console.log('zip mutants', { seed, ...report });
    expect(report.slowestMs).toBeLessThanOrEqual(2_000);
  });
});
