import { describe, expect, it } from 'vitest';
import { httpDate } from '../../../src/system/http-date.js';

describe('httpDate', () => {
  it.each([
    [784_111_777_000, 'Sun, 06 Nov 1994 08:49:37 GMT'],
    [784_111_777_999, 'Sun, 06 Nov 1994 08:49:37 GMT'],
    [784_111_778_000, 'Sun, 06 Nov 1994 08:49:38 GMT'],
    // A clock that is set back.
    [784_111_777_500, 'Sun, 06 Nov 1994 08:49:37 GMT'],
  ])('shows %d as %s', (nowMs, shown) => {
    expect(httpDate(nowMs)).toBe(shown);
  });
});
