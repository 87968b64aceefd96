import { describe, expect, it } from 'vitest';
import { countFitting, MAX_EVENT_BYTES, splitBySize } from '../../../../src/local/event-sources/batch-size.js';

const asEvent = (body: string) => ({ body });
const options = { asEvent, frame: { Records: [] } };
const eventBytes = (records: readonly string[]) => Buffer.byteLength(JSON.stringify({ Records: records.map(asEvent) }));
/** A record that makes the event of all records so many bytes long. */
const filling = (bytes: number, ...others: readonly string[]) => 'x'.repeat(bytes - eventBytes([...others, '']));

describe('countFitting', () => {
  it('fills an event to its last byte', () => {
    const exact = filling(MAX_EVENT_BYTES, 'first');
    expect(eventBytes(['first', exact])).toBe(6_291_456);
    expect(countFitting(['first', exact], options)).toBe(2);
    expect(countFitting(['first', `${exact}x`], options)).toBe(1);
  });

  it('counts what else is in the event', () => {
    const exact = filling(MAX_EVENT_BYTES, 'first');
    expect(countFitting(['first', exact], { asEvent, frame: { Records: [], state: 1 } })).toBe(1);
  });

  it('does not hold back a record that fits into no event', () => {
    expect(countFitting(['x'.repeat(MAX_EVENT_BYTES), 'y'], options)).toBe(1);
  });
});

describe('splitBySize', () => {
  it('keeps the order', () => {
    const half = 'x'.repeat(MAX_EVENT_BYTES / 2);
    expect(splitBySize(['a', half, 'b', half, 'c'], options)).toEqual([
      ['a', half, 'b'],
      [half, 'c'],
    ]);
    expect(splitBySize([], options)).toEqual([]);
  });
});
