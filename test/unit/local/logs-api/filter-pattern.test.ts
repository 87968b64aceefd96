import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../../../src/local/logs-api/filter-pattern/filter-pattern.js';

const ORDER = JSON.stringify({
  level: 'ERROR',
  x: 4,
  ratio: '12.5',
  ok: true,
  none: null,
  user: { 'first-name': 'Ada' },
  tags: ['red', 'blue'],
  items: [{ id: 1 }, { id: 7 }],
  path: '/api/orders/42',
});

describe('terms', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', '[ERROR] 400', true],
    ['ERROR', '[error] 400', false],
    ['ERROR 400', '400 after ERROR', true],
    ['ERROR 400', 'ERROR 401', false],
    ['"two words"', 'has two words', true],
    ['"two words"', 'two  words', false],
    ['"a \\"quoted\\" b"', 'x a "quoted" b', true],
    ['ERROR -retry', 'ERROR once', true],
    ['ERROR -retry', 'ERROR, will retry', false],
    ['-"not this"', 'that', true],
    ['?one ?two', 'has two', true],
    ['?one ?two', 'has three', false],
    ['?one must', 'must', true],
    ['%4[0-9]{2}%', 'status 404', true],
    ['%4[0-9]{2}%', 'status 504', false],
    ['"a-b"', 'x a-b y', true],
  ])('%s and %j: %s', (pattern, message, fits) => {
    expect(parseFilterPattern(pattern)(message)).toBe(fits);
  });
});

describe('JSON', () => {
  it.each([
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = ERROR }', true],
    ['{ $.level = "ERR*" }', true],
    ['{ $.level != "ERROR" }', false],
    ['{ $.missing != "ERROR" }', false],
    ['{ $.level = "ERROR" && $.x > 3 }', true],
    ['{ $.level = "ERROR" && $.x > 4 }', false],
    ['{ $.x >= 4 && $.x <= 4 && $.x < 5 }', true],
    ['{ $.x = 4 }', true],
    ['{ $.x = 4.0e0 }', true],
    ['{ $.ratio > 12 }', true],
    ['{ $.level = "INFO" || ($.ok IS TRUE && $.none IS NULL) }', true],
    ['{ $.ok IS FALSE }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.none NOT EXISTS }', false],
    [`{ $.user['first-name'] = "Ada" }`, true],
    ['{ $.user.first-name = "Ada" }', true],
    ['{ $.tags[1] = "blue" }', true],
    ['{ $.tags[*] = "blue" }', true],
    ['{ $.tags[2] = "blue" }', false],
    ['{ $.items[*].id = 7 }', true],
    ['{ $.path = %^/api/orders/[0-9]+$% }', true],
  ])('%s: %s', (pattern, fits) => {
    expect(parseFilterPattern(pattern)(ORDER)).toBe(fits);
  });

  it('fits no event that is not JSON as a whole', () => {
    const fits = parseFilterPattern('{ $.level = "ERROR" }');
    expect(fits(`2026-01-01T00:00:00.000Z\tid\tINFO\t${ORDER}`)).toBe(false);
    expect(fits('{ level: broken')).toBe(false);
  });
});

describe('fields', () => {
  const LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  it.each([
    ['[ip, id, user, time, request, status = 404, bytes]', true],
    ['[ip, id, user, time, request, status = 4*, bytes > 1000]', true],
    ['[ip, id, user, time, request, status = 4* && status != 404, bytes]', false],
    ['[..., status = 404 || status = 500, bytes]', true],
    ['[ip = 127.0.0.1, ...]', true],
    ['[ip, status]', false],
    ['[ip, ..., request = "*index.html*", status, bytes]', true],
  ])('%s: %s', (pattern, fits) => {
    expect(parseFilterPattern(pattern)(LINE)).toBe(fits);
  });
});

it.each([
  '"open',
  'a-b',
  '{ $.level }',
  '{ $.level = "a"',
  '{ level = "a" }',
  '{ $.x > "a" }',
  '{ $.x IS MAYBE }',
  '{ $.x = 1 } more',
  '[a, b',
  '[a, ..., b, ...]',
  '%(a+)+%',
  '%(%',
])('refuses %s', (pattern) => {
  expect(() => parseFilterPattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
});
