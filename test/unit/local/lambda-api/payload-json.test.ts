import { describe, expect, it } from 'vitest';
import { checkPayload } from '../../../../src/local/lambda-api/payload-json.js';

describe('checkPayload', () => {
  it.each(['{}', '[]', '"x"', '0', '-1.5e3', 'true', 'null', ' {"ü": "\\u0000"} \n'])(
    'lets %s through unchanged',
    (text) => {
      const payload = Buffer.from(text);
      expect(checkPayload(payload)).toBe(payload);
    },
  );

  it('makes an empty object of nothing', () => {
    expect(Buffer.from(checkPayload(new Uint8Array())).toString()).toBe('{}');
  });

  it.each([
    [
      'abc',
      "Unrecognized token 'abc': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      1,
      1,
    ],
    ['\n  abc', "Unrecognized token 'abc'", 2, 3],
    ["'a'", "Unexpected character (''' (code 39))", 1, 1],
    [Buffer.from('n\x87r\x9e\xe9', 'latin1'), 'Invalid UTF-8 start byte 0x87', 1, 3],
  ])('refuses %s', (text, problem, line, column) => {
    let message = '';
    try {
      checkPayload(Buffer.from(text as string));
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(
      message.startsWith(`Could not parse request body into json: Could not parse payload into json: ${problem}`),
      message,
    ).toBe(true);
    expect(message).toContain(`line: ${line}, column: ${column}]`);
  });
});
