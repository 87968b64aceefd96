import { describe, expect, it } from 'vitest';
import { errorLogText, errorReport, xrayCause } from '../../../../../src/local/bootstrap/nodejs/error-report.js';

function errorWithStack(stack: string): Error {
  return Object.assign(new TypeError('bad\x7F'), { stack });
}

describe('errorReport', () => {
  it('takes what looks like an error for one', () => {
    const foreign = { name: 'Odd', message: 'm', stack: 'Odd: m\n    at x' };
    expect(errorReport(foreign)).toEqual({ errorType: 'Odd', errorMessage: 'm', trace: ['Odd: m', '    at x'] });
  });

  it.each([
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
    [{ toString: () => 'text' }, 'object', 'text'],
  ])('names the type of %o', (thrown, errorType, errorMessage) => {
    expect(errorReport(thrown)).toEqual({ errorType, errorMessage, trace: [] });
  });
});

describe('errorLogText', () => {
  it('falls back to the report when a property has no JSON', () => {
    const error = Object.assign(errorWithStack('TypeError: bad'), { big: 1n });
    expect(JSON.parse(errorLogText(error))).toEqual({
      errorType: 'TypeError',
      errorMessage: 'bad%7F',
      trace: ['TypeError: bad'],
    });
  });

  it('shows nested errors by their properties', () => {
    const error = new Error('outer', { cause: 1 });
    expect(JSON.parse(errorLogText(Object.assign(error, { inner: new RangeError('in') })))).toMatchObject({
      inner: { errorType: 'RangeError', errorMessage: 'in', stack: expect.any(Array) },
    });
  });
});

describe('xrayCause', () => {
  it('splits the stack into paths, lines and labels', () => {
    const stack = 'TypeError: bad\n    at Runtime.handler (/var/task/a.js:3:9)\n    at /var/task/b.js:7:1';
    expect(JSON.parse(xrayCause(errorWithStack(stack)))).toEqual({
      working_directory: process.cwd(),
      exceptions: [
        {
          type: 'TypeError',
          message: 'bad%7F',
          stack: [
            { path: '/var/task/a.js', line: 3, label: 'Runtime.handler' },
            { path: '/var/task/b.js', line: 7, label: 'anonymous' },
          ],
        },
      ],
      paths: ['/var/task/a.js', '/var/task/b.js'],
    });
  });

  it('is empty for what has no properties', () => {
    expect(xrayCause(undefined)).toBe('');
  });
});
