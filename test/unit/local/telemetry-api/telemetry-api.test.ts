import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiRefusal, type TelemetrySource } from '../../../../src/local/core/environment-api.js';
import type { PlatformEvent, TimedPlatformEvent } from '../../../../src/local/core/platform-event.js';
import { createTelemetryApi, type TelemetryApi } from '../../../../src/local/telemetry-api/telemetry-api.js';
import { systemClock } from '../../../../src/system/clock.js';
import { at, identity, REQUEST_ID } from '../core/logs/events.js';
import { type RoomServer, startRoomServer } from '../extensions-api/room-server.js';
import { type Collector, startHttpCollector, startTcpCollector, type WireRecord } from './collector.js';

const FIRST = 'aaaaaaaa-0000-4000-8000-000000000001';
const SECOND = 'aaaaaaaa-0000-4000-8000-000000000002';

/** An environment that keeps its events for late subscribers, as far as the port goes. */
function createSource() {
  const listeners = new Set<(event: TimedPlatformEvent) => void>();
  const watchers = new Set<(moment: 'begins' | 'is-over') => void>();
  const past: TimedPlatformEvent[] = [];
  const names = new Map([
    [FIRST, 'first'],
    [SECOND, 'second'],
  ]);
  const source: TelemetrySource & { isSubscriptionOpen: boolean } = {
    identity,
    logFormat: 'Text',
    isSubscriptionOpen: true,
    extensionName(identifier) {
      const name = names.get(identifier ?? '');
      if (name !== undefined) return name;
      throw new ApiRefusal(403, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${identifier}`);
    },
    subscribe(listener) {
      for (const event of past) listener(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      past.push(at(event));
      for (const listener of listeners) listener(at(event));
    },
    onShutdown(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
  };
  const shutdown = (moment: 'begins' | 'is-over') => {
    for (const watcher of watchers) watcher(moment);
  };
  return { source, shutdown, listeners, watchers };
}

let environment: ReturnType<typeof createSource>;
let api: TelemetryApi;
let server: RoomServer;
let collectors: Collector[];

beforeEach(async () => {
  environment = createSource();
  api = createTelemetryApi({ source: environment.source, clock: systemClock });
  server = await startRoomServer(api.router);
  collectors = [];
});

afterEach(async () => {
  api.dispose();
  await server.close();
  await Promise.all(collectors.map((collector) => collector.close()));
});

async function collect(collector: Promise<Collector>): Promise<Collector> {
  const started = await collector;
  collectors.push(started);
  return started;
}

function subscribe(
  destination: object,
  more: object = {},
  { path = '/2022-07-01/telemetry', identifier = FIRST } = {},
) {
  return fetch(`${server.url}${path}`, {
    method: 'PUT',
    headers: { 'Lambda-Extension-Identifier': identifier, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...(path.includes('logs') ? {} : { schemaVersion: '2022-12-13' }),
      types: ['platform', 'function'],
      buffering: { maxItems: 1000, maxBytes: 262_144, timeoutMs: 25 },
      destination,
      ...more,
    }),
  });
}

const http = (port: number, path = '') => ({ protocol: 'HTTP', URI: `http://sandbox.localdomain:${port}${path}` });
const output = (text: string): PlatformEvent => ({ type: 'function', requestId: REQUEST_ID, text });
const isText = (text: string) => (record: WireRecord) => record.record === text;

describe('subscribing', () => {
  it('answers "OK", announces itself and replays what happened before', async () => {
    const collector = await collect(startHttpCollector());
    environment.source.emit(output('early\n'));
    const response = await subscribe(http(collector.port, '/telemetry'));
    expect([response.status, await response.text()]).toEqual([200, '"OK"']);
    environment.source.emit(output('late\n'));
    await collector.arrived(isText('late\n'));
    const records = collector.batches.flatMap((batch) => batch.records);
    expect(records.map(({ type, record }) => [type, record])).toEqual([
      ['function', 'early\n'],
      ['platform.telemetrySubscription', { name: 'first', state: 'Subscribed', types: ['platform', 'function'] }],
      ['function', 'late\n'],
    ]);
    expect(collector.batches[0]).toMatchObject({ target: 'POST /telemetry', contentType: 'application/json' });
  });

  it('takes the path with a slash at its end', async () => {
    const collector = await collect(startHttpCollector());
    expect((await subscribe(http(collector.port), {}, { path: '/2022-07-01/telemetry/' })).status).toBe(200);
    const logs = await subscribe(http(collector.port), {}, { path: '/2020-08-15/logs/', identifier: SECOND });
    expect(logs.status).toBe(200);
  });

  it('delivers over TCP, one document per line', async () => {
    const collector = await collect(startTcpCollector());
    expect((await subscribe({ protocol: 'TCP', port: collector.port })).status).toBe(200);
    environment.source.emit(output('zwei\nZeilen ü\n'));
    await collector.arrived(isText('zwei\nZeilen ü\n'));
  });

  it('delivers with PUT when the Logs API was asked to', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe({ ...http(collector.port), method: 'PUT' }, {}, { path: '/2020-08-15/logs' });
    const record = await collector.arrived(({ type }) => type === 'platform.logsSubscription');
    expect(record.record.name).toBe('first');
    expect(collector.batches[0]!.target).toBe('PUT /');
  });

  it.each([
    ['/2022-07-01/telemetry', 'Telemetry.SubscriptionClosed', 'Telemetry API subscription is closed'],
    ['/2020-08-15/logs', 'Logs.SubscriptionClosed', 'Logs API subscription is closed'],
  ])('refuses on %s once init is over', async (path, errorType, errorMessage) => {
    environment.source.isSubscriptionOpen = false;
    const response = await subscribe(http(1234), {}, { path });
    expect([response.status, await response.json()]).toEqual([403, { errorMessage, errorType }]);
  });

  it('refuses an unknown extension before it looks at the request', async () => {
    const response = await subscribe({}, {}, { identifier: 'nobody' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errorType: 'Extension.UnknownExtensionIdentifier' });
  });

  it('refuses a bad request and leaves the subscription before it alone', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe(http(collector.port));
    const response = await subscribe({ protocol: 'HTTP', URI: 'http://sandbox.localdomain' }, { types: [] });
    expect([response.status, await response.json()]).toEqual([
      400,
      { errorMessage: 'URI port is not provided; types should not be empty', errorType: 'ValidationError' },
    ]);
    environment.source.emit(output('still here\n'));
    await collector.arrived(isText('still here\n'));
  });

  it('lets an extension use one of the two APIs only, and another extension the other', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe(http(collector.port));
    const blocked = await subscribe(http(collector.port), {}, { path: '/2020-08-15/logs' });
    expect([blocked.status, await blocked.json()]).toEqual([
      400,
      { errorMessage: 'first has subscribed through the Telemetry API already', errorType: 'Logs.ValidationError' },
    ]);
    const other = await subscribe(http(collector.port), {}, { path: '/2020-08-15/logs', identifier: SECOND });
    expect(other.status).toBe(200);
  });

  it('replaces the subscription when the same extension subscribes again', async () => {
    const old = await collect(startHttpCollector());
    const fresh = await collect(startHttpCollector());
    await subscribe(http(old.port), { buffering: { timeoutMs: 30_000 } });
    await subscribe(http(fresh.port));
    environment.source.emit(output('x\n'));
    await fresh.arrived(isText('x\n'));
    expect(environment.listeners.size).toBe(1);
    expect(old.batches).toEqual([]);
  });

  it('answers 405 to another method and leaves other paths to others', async () => {
    expect((await fetch(`${server.url}/2022-07-01/telemetry`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${server.url}/2022-07-01/other`, { method: 'PUT' })).status).toBe(404);
  });
});

describe('delivering', () => {
  it('tries again after refusals, without loss, doubles or disorder', async () => {
    const collector = await collect(startHttpCollector([500, 404, 302]));
    await subscribe(http(collector.port));
    for (let index = 0; index < 100; index++) environment.source.emit(output(`${index}\n`));
    await collector.arrived(isText('99\n'));
    const texts = collector.batches.flatMap((batch) => batch.records).filter(({ type }) => type === 'function');
    expect(texts.map(({ record }) => record)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}\n`));
  });

  it('tells a subscriber that was too slow what it has lost, to the record', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const collector = await collect(startHttpCollector([], 0, gate));
    await subscribe(http(collector.port), { buffering: { maxItems: 1000, timeoutMs: 25 } });
    const line = `${'x'.repeat(99)}\n`;
    for (let index = 0; index < 20_000; index++) environment.source.emit(output(line));
    open();
    const report = await collector.arrived(({ type }) => type === 'platform.logsDropped');
    const { droppedRecords, droppedBytes, reason } = report.record;
    const received = collector.batches
      .flatMap(({ records }) => records)
      .filter(({ type }) => type === 'function').length;
    expect(received + droppedRecords).toBe(20_000);
    expect(received).toBeGreaterThan(2000);
    expect(droppedBytes / droppedRecords).toBeGreaterThan(line.length);
    expect(reason).toContain('downstream consumer is slower');
  });

  it('waits for a listener that starts after the subscription', async () => {
    const place = await startHttpCollector();
    await place.close();
    await subscribe(http(place.port));
    environment.source.emit(output('x\n'));
    const collector = await collect(startHttpCollector([], place.port));
    await collector.arrived(isText('x\n'));
  });

  it('connects again when a TCP subscriber cuts the line', async () => {
    const collector = await collect(startTcpCollector(2));
    await subscribe({ protocol: 'TCP', port: collector.port });
    for (let round = 0; ; round++) {
      environment.source.emit(output(`${round}\n`));
      if (collector.batches.length > 0) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    environment.source.emit(output('end\n'));
    await collector.arrived(isText('end\n'));
  });

  it('sends a batch that is full by bytes before its time', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe(http(collector.port), { buffering: { timeoutMs: 30_000 } });
    environment.source.emit(output(`${'x'.repeat(262_144)}\n`));
    await collector.arrived(({ record }) => record.length > 262_144);
  });

  it('delivers at once when the shutdown phase begins, and nothing when it is over', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe(http(collector.port), { buffering: { timeoutMs: 30_000 } });
    environment.source.emit(output('last words\n'));
    environment.shutdown('begins');
    await collector.arrived(isText('last words\n'));
    environment.source.emit(output('epitaph\n'));
    await collector.arrived(isText('epitaph\n'));
    environment.shutdown('is-over');
    expect(environment.listeners.size).toBe(0);
  });

  it('has delivered everything when a flush is done', async () => {
    const collector = await collect(startHttpCollector([500]));
    await subscribe(http(collector.port), { buffering: { timeoutMs: 30_000 } });
    environment.source.emit(output('now\n'));
    await api.flush();
    expect(collector.batches.flatMap(({ records }) => records).map(({ record }) => record)).toContain('now\n');
  });

  it('gives a flush up when a subscriber does not answer', async () => {
    const place = await startHttpCollector();
    await place.close();
    await subscribe(http(place.port), { buffering: { timeoutMs: 30_000 } });
    const startedAt = performance.now();
    await api.flush();
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('can be subscribed to again after a reset', async () => {
    const collector = await collect(startHttpCollector());
    await subscribe(http(collector.port));
    environment.shutdown('begins');
    environment.shutdown('is-over');
    const response = await subscribe(http(collector.port), {}, { path: '/2020-08-15/logs' });
    expect(response.status).toBe(200);
    environment.source.emit(output('second life\n'));
    await collector.arrived(isText('second life\n'));
  });

  it('lets go of everything when it is disposed', async () => {
    await subscribe(http(1));
    api.dispose();
    api.dispose();
    expect([environment.listeners.size, environment.watchers.size]).toEqual([0, 0]);
    await api.flush();
  });
});
