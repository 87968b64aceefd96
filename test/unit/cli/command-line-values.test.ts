import { describe, expect, it } from 'vitest';
import { functionOverrides, parseAssignment } from '../../../src/cli/function-overrides.js';
import { parseSize } from '../../../src/cli/parse-size.js';
import { parseWeight } from '../../../src/cli/parse-weight.js';
import { payloadSource } from '../../../src/cli/payload-source.js';

describe('values on the command line', () => {
  it.each([
    ['10MB', 10_485_760],
    ['512 kb', 524_288],
    ['1.5KB', 1_536],
    ['7', 7],
    ['7B', 7],
  ])('reads the size %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['ten', '-1MB', '10TB', ''])('refuses the size "%s"', (text) => {
    expect(() => parseSize(text)).toThrowError(expect.objectContaining({ code: 'usage' }));
  });

  it.each([
    ['4=10%', '4', 0.1],
    ['4=0.25', '4', 0.25],
    ['12=0%', '12', 0],
  ])('reads the weight %s', (text, version, share) => {
    expect(parseWeight(text)).toEqual({ version, share });
  });

  it.each(['4', '4=110%', 'live=10%', '4=1.5'])('refuses the weight "%s"', (text) => {
    expect(() => parseWeight(text)).toThrowError(expect.objectContaining({ code: 'usage' }));
  });

  it('keeps what stands behind the first equals sign', () => {
    expect(parseAssignment('URL=a=b')).toEqual(['URL', 'a=b']);
    expect(() => parseAssignment('=x')).toThrowError(expect.objectContaining({ code: 'usage' }));
  });

  it('leaves out what is not given', () => {
    expect(functionOverrides({})).toEqual({});
    expect(functionOverrides({ timeout: 5, 'memory-size': 512, architecture: 'arm64', env: ['A=1', 'B='] })).toEqual({
      timeout: 5,
      memorySize: 512,
      architectures: ['arm64'],
      environment: { A: '1', B: '' },
    });
  });

  it.each([
    [{ argument: undefined, text: '-', file: undefined }, { from: 'stdin' }],
    [{ argument: '-', text: undefined, file: undefined }, { from: 'stdin' }],
    [
      { argument: undefined, text: '@a.json', file: undefined },
      { from: 'file', file: 'a.json' },
    ],
    [{ argument: undefined, text: undefined, file: '-' }, { from: 'stdin' }],
    [
      { argument: '{}', text: undefined, file: undefined },
      { from: 'text', text: '{}' },
    ],
  ])('finds the event of %j', (flags, source) => {
    expect(payloadSource(flags)).toEqual(source);
  });

  it.each([
    { argument: '1', text: '{}', file: undefined },
    { argument: '1', text: undefined, file: 'a.json' },
  ])('refuses an event that is given twice: %j', (flags) => {
    expect(() => payloadSource(flags)).toThrow('The event is given twice: as "1" and with --payload');
  });
});
