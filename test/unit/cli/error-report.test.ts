import { describe, expect, it } from 'vitest';
import { errorDocument, reportOf } from '../../../src/cli/error-report.js';
import { EXIT_CODE_OF, EXIT_CODES } from '../../../src/cli/exit-codes.js';
import { ERROR_KINDS, LambdakitError } from '../../../src/errors/lambdakit-error.js';

describe('the report of an error', () => {
  it('gives every error code an exit code of the table', () => {
    expect(Object.keys(EXIT_CODE_OF).sort()).toEqual(Object.keys(ERROR_KINDS).sort());
    for (const exitCode of Object.values(EXIT_CODE_OF)) expect(EXIT_CODES).toHaveProperty(String(exitCode));
  });

  it('keeps our error and puts its facts beside code, message and hint', () => {
    const report = reportOf(
      new LambdakitError('over-size', 'too big', { hint: 'make it smaller', details: { zippedBytes: 9, code: 'x' } }),
    );
    expect(report.exitCode).toBe(8);
    expect(errorDocument(report)).toEqual({
      zippedBytes: 9,
      code: 'over-size',
      message: 'too big',
      hint: 'make it smaller',
    });
  });

  it.each([
    [{ code: 'ENOENT', path: '/a' }, 'file-not-found', 2, '/a'],
    [{ code: 'EACCES', path: '/a' }, 'permission-denied', 1, '/a'],
    [{ code: 'ENOSPC' }, 'disk-full', 1, 'the file'],
    [{ code: 'EADDRINUSE', address: '127.0.0.1', port: 80 }, 'port-taken', 1, '127.0.0.1:80'],
  ])('reads the system error %j', (facts, code, exitCode, place) => {
    const report = reportOf(Object.assign(new Error('raw'), facts));
    expect(report).toMatchObject({ code, exitCode, message: expect.stringContaining(place), hint: expect.any(String) });
  });

  it.each([[new TypeError('x is undefined')], ['a text'], [undefined]])('takes %s for a bug', (thrown) => {
    expect(reportOf(thrown)).toMatchObject({ code: 'internal', exitCode: 1 });
  });
});
