import { expect, it } from 'vitest';
import { eventsOf, parseEventSchema, withEvent, withoutEvent } from '../../../../src/actions/events/event-schema.js';

it('reads and changes events, and leaves everything else', () => {
  const schema = parseEventSchema(
    '{"openapi":"3.0.0","components":{"schemas":{"Event":{}},"examples":{"a":{"value":1}}}}',
  );
  expect(eventsOf(schema)).toEqual({ a: 1 });
  const more = withEvent(schema, 'b', null);
  expect(eventsOf(more)).toEqual({ a: 1, b: null });
  expect(withoutEvent(more, 'b')).toEqual(schema);
});

it('bears documents without events, and events with any name', () => {
  expect(eventsOf(parseEventSchema('{}'))).toEqual({});
  expect(eventsOf({ components: { examples: { broken: 1, ref: { $ref: 'x' } } } })).toEqual({});
  const odd = withEvent({}, '__proto__', { polluted: true });
  expect(Object.keys(eventsOf(odd))).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

it.each(['', '[]', '"text"'])('refuses %s', (content) => {
  expect(() => parseEventSchema(content)).toThrow(expect.objectContaining({ code: 'service-refused' }));
});
