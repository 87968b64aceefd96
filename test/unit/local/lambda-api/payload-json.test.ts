import { describe, expect, it } from 'vitest';
import { checkPayload } from '../../../../src/local/lambda-api/payload-json.js';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const SOURCE = '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: ';

function refusal(payload: string | Uint8Array): string {
  try {
    checkPayload(Buffer.from(payload));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'let through';
}

describe('checkPayload', () => {
  it.each(['{}', '[]', '"x"', '0', '-1.5e3', 'true', 'null', ' {"ü": "\\u0000"} \n', '\ufeff{}'])(
    'lets %s through unchanged',
    (text) => {
      const payload = Buffer.from(text);
      expect(checkPayload(payload)).toBe(payload);
    },
  );

  it('makes an empty object of nothing', () => {
    expect(Buffer.from(checkPayload(new Uint8Array())).toString()).toBe('{}');
  });

  it('lets through what is not UTF-8 and read all the same', () => {
    const halfOfPair = Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]);
    expect(checkPayload(halfOfPair)).toBe(halfOfPair);
  });

  // Recorded from AWS (the two with broken UTF-8) and from jackson-core 2.17.2, which agrees with AWS in those.
  it.each([
    [Buffer.from('n\x87r\x9e\xe9', 'latin1'), 'Invalid UTF-8 start byte 0x87', '1, column: 3'],
    [
      Buffer.from('\x99\xeb,j', 'latin1'),
      `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ${VALUES}`,
      '1, column: 1',
    ],
    ['abc', `Unrecognized token 'abc': was expecting ${VALUES}`, '1, column: 4'],
    ['\n  abc', `Unrecognized token 'abc': was expecting ${VALUES}`, '2, column: 6'],
    ['nul', `Unrecognized token 'nul': was expecting ${VALUES}`, '1, column: 4'],
    ['nullx', `Unrecognized token 'nullx': was expecting ${VALUES}`, '1, column: 6'],
    ["'a'", `Unexpected character (''' (code 39)): expected a valid value ${VALUES}`, '1, column: 1'],
    ["{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", '1, column: 2'],
    ['{a:1}', "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", '1, column: 2'],
    [
      '{"a":1,}',
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
      '1, column: 8',
    ],
    ['[1,]', "Unexpected character (']' (code 93)): expected a value", '1, column: 4'],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", '1, column: 4'],
    [
      '{"a":1\n"b":2}',
      "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
      '2, column: 1',
    ],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      '1, column: 6',
    ],
    ['{"a":', 'Unexpected end-of-input within/between Object entries', '1, column: 6'],
    ['"abc', 'Unexpected end-of-input in VALUE_STRING', '1, column: 5'],
    ['{"abc', 'Unexpected end-of-input in field name', '1, column: 6'],
    [
      '{"a\n":1}',
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in name',
      '1, column: 4',
    ],
    [
      '"a\tb"',
      'Illegal unquoted character ((CTRL-CHAR, code 9)): has to be escaped using backslash to be included in string value',
      '1, column: 3',
    ],
    ['"\\x"', "Unrecognized character escape 'x' (code 120)", '1, column: 3'],
    [
      '"\\u00g0"',
      "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
      '1, column: 6',
    ],
    ['01', 'Invalid numeric value: Leading zeroes not allowed', '1, column: 2'],
    [
      '[1.]',
      "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit",
      '1, column: 4',
    ],
    [
      '[1ex]',
      "Unexpected character ('x' (code 120)) in numeric value: Exponent indicator not followed by a digit",
      '1, column: 4',
    ],
    [
      '[-x]',
      "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
      '1, column: 3',
    ],
    ['NaN', "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", '1, column: 4'],
    [
      '// x',
      "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)",
      '1, column: 1',
    ],
    ['1x', "Unexpected character ('x' (code 120)): Expected space separating root-level values", '1, column: 2'],
    ['{} x', `Unrecognized token 'x': was expecting ${VALUES}`, '1, column: 5'],
    [
      '\x00{}',
      'Illegal character ((CTRL-CHAR, code 0)): only regular white space (\\r, \\n, \\t) is allowed between tokens',
      '1, column: 2',
    ],
    ['{"é', 'Unexpected end-of-input in field name', '1, column: 5'],
  ])('refuses %j as AWS words it', (payload, problem, place) => {
    expect(refusal(payload)).toBe(
      `Could not parse request body into json: Could not parse payload into json: ${problem}\n at ${SOURCE}${place}]`,
    );
  });

  it.each([
    [
      '[{"a":1}',
      `Unexpected end-of-input: expected close marker for Array (start marker at ${SOURCE}1, column: 1])\n at ${SOURCE}1, column: 9]`,
    ],
    [
      '{"a":[1}',
      `Unexpected close marker '}': expected ']' (for Array starting at ${SOURCE}1, column: 6])\n at ${SOURCE}1, column: 8]`,
    ],
    [']', `Unexpected close marker ']': expected '}' (for root starting at ${SOURCE}1])\n at ${SOURCE}1, column: 1]`],
    ['{} {}', `Trailing token found after value\n at ${SOURCE}1]`],
    [' \n', `No content to map due to end-of-input\n at ${SOURCE}1]`],
  ])('says where the brackets of %j began', (payload, problem) => {
    expect(refusal(payload)).toBe(
      `Could not parse request body into json: Could not parse payload into json: ${problem}`,
    );
  });

  it('does not follow six megabytes of brackets', () => {
    expect(refusal('['.repeat(6_000_000))).toBe(
      'Could not parse request body into json: Could not parse payload into json: Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)',
    );
  });
});
