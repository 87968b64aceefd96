import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../src/local/telemetry-api/delivery.js';
import { Subscriber } from '../../../../src/local/telemetry-api/subscriber.js';
import { createFakeClock, type FakeClock, settle } from '../core/async/fake-clock.js';

const BUFFERING = { maxItems: 5, maxBytes: 1000, timeoutMs: 100 };

let clock: FakeClock;
let sent: (readonly string[])[];
let attempts: number;
/** What happens to the next deliveries; then they succeed. */
let outcomes: (Promise<void> | 'refuse')[];
let dropped: { records: number; bytes: number }[];
let isClosed: boolean;

const delivery: Delivery = {
  async send(records, signal) {
    attempts++;
    const outcome = outcomes.shift();
    if (outcome === 'refuse') throw new Error('refused');
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
    await Promise.race([outcome, aborted]);
    sent.push(records);
  },
  close: () => {
    isClosed = true;
  },
};

function subscriber(buffering = BUFFERING): Subscriber {
  return new Subscriber({ buffering, delivery, clock, onDropped: (lost) => dropped.push({ ...lost }) });
}

function addAll(to: Subscriber, ...records: readonly string[]): void {
  for (const record of records) to.add(record);
}

/** A delivery that lasts until it is let go. */
function slowDelivery(): () => void {
  let release: () => void = () => undefined;
  outcomes.push(
    new Promise<void>((resolve) => {
      release = resolve;
    }),
  );
  return release;
}

beforeEach(() => {
  clock = createFakeClock();
  sent = [];
  attempts = 0;
  outcomes = [];
  dropped = [];
  isClosed = false;
});

describe('Subscriber', () => {
  it('sends a batch when its time is up, counted from the first record', async () => {
    const to = subscriber();
    to.add('a');
    await clock.advance(99);
    to.add('b');
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual([['a', 'b']]);
    await clock.advance(1000);
    expect(sent).toHaveLength(1);
  });

  it('sends a batch when it is full by items, and starts the time of the next one anew', async () => {
    const to = subscriber();
    addAll(to, 'a', 'b', 'c', 'd', 'e', 'f');
    await settle();
    expect(sent).toEqual([['a', 'b', 'c', 'd', 'e']]);
    await clock.advance(100);
    expect(sent).toEqual([['a', 'b', 'c', 'd', 'e'], ['f']]);
  });

  it('sends a batch when it is full by bytes, counted in UTF-8', async () => {
    const to = subscriber();
    addAll(to, 'é'.repeat(499), 'x');
    await settle();
    expect(sent).toEqual([]);
    to.add('y');
    await settle();
    expect(sent).toHaveLength(1);
  });

  it('takes one record larger than the buffer', async () => {
    const to = subscriber();
    to.add('x'.repeat(5000));
    await settle();
    expect(sent[0]![0]).toHaveLength(5000);
  });

  it('tries again, later and later, and keeps the order', async () => {
    const to = subscriber();
    outcomes = ['refuse', 'refuse', 'refuse'];
    addAll(to, 'a', 'b', 'c', 'd', 'e', 'f');
    await settle();
    expect(attempts).toBe(1);
    await clock.advance(49);
    expect(attempts).toBe(1);
    await clock.advance(1);
    expect(attempts).toBe(2);
    await clock.advance(99);
    expect(attempts).toBe(2);
    await clock.advance(1);
    expect(attempts).toBe(3);
    await clock.advance(200);
    expect(sent).toEqual([['a', 'b', 'c', 'd', 'e'], ['f']]);
    expect(dropped).toEqual([]);
  });

  it('never waits longer than a second between two tries', async () => {
    const to = subscriber();
    outcomes = Array.from({ length: 50 }, () => 'refuse' as const);
    to.add('a');
    await clock.advance(100 + 60_000);
    expect(sent).toEqual([['a']]);
  });

  it('drops what does not fit behind a slow subscriber and tells how much, once', async () => {
    const to = subscriber();
    const release = slowDelivery();
    const records = Array.from({ length: 20 }, (_, index) => `r${index}`);
    addAll(to, ...records);
    await clock.advance(10_000);
    expect(dropped).toEqual([]);
    release();
    await settle();
    expect(sent).toEqual([records.slice(0, 5), records.slice(5, 10), records.slice(10, 15)]);
    expect(dropped).toEqual([{ records: 5, bytes: 15 }]);
    addAll(to, 'later');
    await clock.advance(100);
    expect(sent.at(-1)).toEqual(['later']);
    expect(dropped).toHaveLength(1);
  });

  it('can be told of the loss in its own stream', async () => {
    const release = slowDelivery();
    const to: Subscriber = new Subscriber({
      buffering: BUFFERING,
      delivery,
      clock,
      onDropped: ({ records }) => to.add(`dropped ${records}`),
    });
    addAll(to, ...Array.from({ length: 17 }, (_, index) => `r${index}`));
    release();
    await clock.advance(100);
    expect(sent.flat().filter((record) => record.startsWith('dropped'))).toEqual(['dropped 2']);
  });

  it('loses and doubles nothing when records come while it sends', async () => {
    const to = subscriber();
    const records = Array.from({ length: 500 }, (_, index) => `r${index}`);
    for (const [index, record] of records.entries()) {
      if (index % 7 === 0) outcomes.push('refuse');
      to.add(record);
      if (index % 3 === 0) await clock.advance(60);
    }
    await clock.advance(60_000);
    expect(sent.flat()).toEqual(records);
  });

  it('delivers at once when it has to hurry, also what comes later and what was refused', async () => {
    const to = subscriber({ ...BUFFERING, timeoutMs: 30_000 });
    outcomes = ['refuse'];
    to.add('a');
    to.hurry();
    await settle();
    expect(attempts).toBe(1);
    await clock.advance(50);
    expect(sent).toEqual([['a']]);
    addAll(to, 'b', 'c');
    await clock.advance(0);
    expect(sent).toEqual([['a'], ['b', 'c']]);
  });

  it('wakes a waiting retry when it has to hurry', async () => {
    const to = subscriber();
    outcomes = Array.from({ length: 8 }, () => 'refuse' as const);
    to.add('a');
    await clock.advance(100 + 50 + 100 + 200 + 400 + 800 + 1000 + 10);
    const before = attempts;
    to.hurry();
    await settle();
    expect(attempts).toBe(before + 1);
  });

  it('is flushed when everything arrived, also what comes during the flush', async () => {
    const to = subscriber({ ...BUFFERING, timeoutMs: 30_000 });
    const release = slowDelivery();
    addAll(to, 'a', 'b');
    let isFlushed = false;
    const flushed = to.flush().then(() => {
      isFlushed = true;
    });
    await settle();
    addAll(to, 'c');
    await settle();
    expect([isFlushed, sent]).toEqual([false, []]);
    release();
    await flushed;
    expect(sent).toEqual([['a', 'b'], ['c']]);
    await to.flush();
  });

  it('gives everything up when it is stopped', async () => {
    const to = subscriber();
    slowDelivery();
    addAll(to, 'a', 'b', 'c', 'd', 'e', 'f');
    await settle();
    to.stop();
    await to.flush();
    to.add('g');
    to.stop();
    await clock.advance(10_000);
    expect([sent, attempts, isClosed]).toEqual([[], 1, true]);
  });
});
