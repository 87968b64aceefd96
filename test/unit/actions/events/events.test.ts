import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventBytes, generateEvent, listEvents } from '../../../../src/actions/events/sample-events.js';
import { parseAssignment, withValueAt } from '../../../../src/actions/events/set-value.js';

describe('setting values', () => {
  it.each([
    [{}, 'a', 1, { a: 1 }],
    [{ a: { b: 1 } }, 'a.b', 2, { a: { b: 2 } }],
    [{ a: [{ b: 1 }] }, 'a[0].b', 2, { a: [{ b: 2 }] }],
    [{ a: [1] }, 'a[1]', 2, { a: [1, 2] }],
    [{}, 'a[0].b', 1, { a: [{ b: 1 }] }],
    [{ a: null }, 'a.b', 1, { a: { b: 1 } }],
    [{}, "headers['x.y']", 'z', { headers: { 'x.y': 'z' } }],
  ])('%j %s=%j', (before, place, value, after) => {
    expect(withValueAt(before, place, value)).toEqual(after);
  });

  it('never reaches a prototype', () => {
    expect(JSON.stringify(withValueAt({}, '__proto__.polluted', true))).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    [{ a: 'text' }, 'a.b'],
    [{ a: [] }, 'a[3]'],
    [{}, 'a[b'],
    [{}, 'a..'],
  ])('refuses %j %s', (document, place) => {
    expect(() => withValueAt(document, place, 1)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('takes JSON as such and everything else as text', () => {
    expect(parseAssignment('a=1')).toEqual({ path: 'a', value: 1 });
    expect(parseAssignment('a="1"')).toEqual({ path: 'a', value: '1' });
    expect(parseAssignment('a=b=c')).toEqual({ path: 'a', value: 'b=c' });
    expect(parseAssignment('a=')).toEqual({ path: 'a', value: '' });
    expect(() => parseAssignment('a')).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('events', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-events-'));
    await mkdir(path.join(folder, 'events'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const context = () => ({ project: async () => ({ folder, region: 'eu-west-1' }) as never });
  // biome-ignore lint/suspicious/noExplicitAny: events are read member by member, as a function would
  const generate = (name: string, assignments: string[] = [], content?: string): Promise<any> =>
    generateEvent({ name, assignments, content }, context());

  it('put content where the service puts it, encoded as it does', async () => {
    expect((await generate('sqs', [], 'hello')).Records[0]).toMatchObject({
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    });
    expect((await generate('kinesis', [], 'Grüße')).Records[0].kinesis.data).toBe('R3LDvMOfZQ==');
    expect((await generate('eventbridge', [], '{"a":1}')).detail).toEqual({ a: 1 });
    expect((await generate('api-gateway-v2', ['requestContext.http.method=PUT'], 'x')).body).toBe('x');
    await expect(generate('schedule', [], 'x')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(generate('eventbridge', [], 'x')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('of the project come first, byte for byte', async () => {
    const text = '{ "n": 12345678901234567890,\n  "e": 1.0 }\n';
    await writeFile(path.join(folder, 'events', 'sqs.json'), text);
    await writeFile(path.join(folder, 'events', 'mine.json'), '{"a":{"b":1}}');
    const events = await listEvents(context());
    expect(events.slice(0, 2)).toMatchObject([
      { name: 'mine', source: 'project' },
      { name: 'sqs', source: 'project' },
    ]);
    expect(events.filter(({ name }) => name === 'sqs')).toHaveLength(1);
    const bytes = await eventBytes({ name: 'sqs', assignments: [] }, context());
    expect(Buffer.from(bytes).toString()).toBe(text);
    expect(await generate('mine', ['a.b=2'])).toEqual({ a: { b: 2 } });
  });

  it('that are not there bring a suggestion', async () => {
    await expect(generate('api-gateway-v22')).rejects.toMatchObject({
      hint: expect.stringContaining('api-gateway-v2'),
    });
    await expect(generate('../secret')).rejects.toMatchObject({ code: 'invalid-input' });
    await writeFile(path.join(folder, 'events', 'broken.json'), '{');
    await expect(generate('broken')).rejects.toMatchObject({
      message: expect.stringContaining('broken.json is not JSON'),
    });
  });
});
