import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../../../../src/local/core/event-filter/filter-pattern.js';
import { createRecordFilter, type FilteredSource } from '../../../../../src/local/core/event-filter/record-filter.js';

/** Whether a DynamoDB-like record passes one pattern; the record is given as JSON text to keep its numbers. */
function passes(pattern: object | string, record: object, source: FilteredSource = 'dynamodb'): boolean {
  const filter = createRecordFilter(source, [typeof pattern === 'string' ? pattern : JSON.stringify(pattern)]);
  expect(filter).toBeDefined();
  return filter!(record as Record<string, unknown>);
}

describe('the operators', () => {
  it.each([
    [{ f: ['a'] }, { f: 'a' }, true],
    [{ f: ['a'] }, { f: 'A' }, false],
    [{ f: ['a', 1, true] }, { f: true }, true],
    [{ f: ['a', 1, true] }, { f: 1 }, true],
    [{ f: ['1'] }, { f: 1 }, false],
    [{ f: ['a'] }, {}, false],
    [{ f: [null] }, { f: null }, true],
    [{ f: [null] }, {}, false],
    [{ f: [''] }, { f: '' }, true],
    [{ f: ['a'] }, { f: ['b', 'a'] }, true],
    [{ f: [{ 'equals-ignore-case': 'Ab' }] }, { f: 'aB' }, true],
    [{ f: [{ prefix: 'ab' }] }, { f: 'abc' }, true],
    [{ f: [{ prefix: 'b' }] }, { f: 'abc' }, false],
    [{ f: [{ suffix: 'bc' }] }, { f: 'abc' }, true],
    [{ f: [{ 'anything-but': ['a', 'b'] }] }, { f: 'c' }, true],
    [{ f: [{ 'anything-but': ['a', 'b'] }] }, { f: 'b' }, false],
    [{ f: [{ 'anything-but': ['a'] }] }, {}, false],
    [{ f: [{ numeric: ['=', 100] }] }, { f: 100 }, true],
    [{ f: [{ numeric: ['>', 10, '<=', 20] }] }, { f: 20 }, true],
    [{ f: [{ numeric: ['>', 10, '<=', 20] }] }, { f: 10 }, false],
    [{ f: [{ numeric: ['>', 10] }] }, { f: '11' }, false],
    [{ f: [{ exists: true }] }, { f: false }, true],
    [{ f: [{ exists: true }] }, { f: { g: 1 } }, false],
    [{ f: [{ exists: false }] }, {}, true],
    [{ f: [{ exists: false }] }, { f: null }, false],
    [{ a: { b: ['x'] } }, { a: { b: 'x', c: 1 } }, true],
    [{ a: { b: ['x'] } }, { a: 'x' }, false],
    [{ a: ['1'], b: ['2'] }, { a: '1', b: '3' }, false],
    [{ $or: [{ a: ['1'] }, { b: ['2'] }] }, { b: '2' }, true],
    [{ $or: [{ a: ['1'] }, { b: ['2'] }], c: ['3'] }, { b: '2' }, false],
  ])('%j on %j: %s', (pattern, record, expected) => {
    expect(passes(pattern, record)).toBe(expected);
  });

  it('tells 300 from 300.0', () => {
    const filter = createRecordFilter('sqs', ['{"body":{"n":[300]}}'])!;
    expect(filter({ body: '{"n":300}' })).toBe(true);
    expect(filter({ body: '{"n":300.0}' })).toBe(false);
  });

  it('lets the last of two equal keys count', () => {
    expect(passes('{"f":["a"],"f":["b"]}', { f: 'b' })).toBe(true);
  });
});

describe('several patterns', () => {
  it('pass what one of them passes; none passes everything', () => {
    const filter = createRecordFilter('dynamodb', ['{"f":["a"]}', '{"f":["b"]}'])!;
    expect(['a', 'b', 'c'].map((f) => filter({ f }))).toEqual([true, true, false]);
    expect(createRecordFilter('sqs', [])?.({ body: 'x' })).toBe(true);
  });
});

describe('the data key', () => {
  it.each([
    [{ body: { kind: ['new'] } }, '{"kind":"new"}', true],
    [{ body: { kind: ['new'] } }, '{"kind":"old"}', false],
    [{ body: { kind: ['new'] } }, 'plain text', false],
    [{ body: ['plain text'] }, 'plain text', true],
    [{ body: ['plain text'] }, '{"kind":"new"}', false],
    [{ messageId: ['m1'] }, 'plain text', true],
  ])('of SQS: %j on body %s: %s', (pattern, body, expected) => {
    expect(passes(pattern, { messageId: 'm1', body }, 'sqs')).toBe(expected);
  });

  it.each([
    [{ data: { temp: [{ numeric: ['>', 30] }] } }, '{"temp":31}', true],
    [{ data: { temp: [{ numeric: ['>', 30] }] } }, '{"temp":30}', false],
    [{ data: { temp: [31] } }, 'no json', false],
    [{ partitionKey: ['p1'] }, 'no json', true],
  ])('of Kinesis: %j on data %s: %s', (pattern, data, expected) => {
    const record = { kinesis: { partitionKey: 'p1', data: Buffer.from(data).toString('base64') } };
    expect(passes(pattern, record, 'kinesis')).toBe(expected);
  });

  it('of DynamoDB is the member dynamodb', () => {
    const record = { eventName: 'INSERT', dynamodb: { NewImage: { id: { S: '1' } } } };
    expect(passes({ eventName: ['INSERT'], dynamodb: { NewImage: { id: { S: ['1'] } } } }, record)).toBe(true);
  });
});

describe('an invalid pattern', () => {
  it.each([
    'null',
    'some text',
    '"text"',
    '{"eventSource":"aws:sqs"}',
    '{"eventSource":[]}',
    '{"eventSource":["aws:sqs"',
    '[1]',
    '{"f":[{"wildcard":"a*"}]}',
    '{"f":[{"prefix":1}]}',
    '{"f":[{"numeric":["~",1]}]}',
    '{"f":[{"numeric":[">"]}]}',
    '{"f":[{"exists":"yes"}]}',
    '{"$or":[]}',
    `{"f":["${'x'.repeat(4096)}"]}`,
  ])('is %s', (pattern) => {
    expect(parseFilterPattern(pattern)).toBeUndefined();
    expect(createRecordFilter('sqs', [pattern])).toBeUndefined();
  });

  it('for Kinesis is one that does not take its data for JSON', () => {
    expect(createRecordFilter('kinesis', ['{"data":["text"]}'])).toBeUndefined();
    const oneOfTwo = '{"$or":[{"data":{"kind":["new"]}},{"data":["text"]}]}';
    expect(createRecordFilter('kinesis', [oneOfTwo])).toBeUndefined();
  });
});
