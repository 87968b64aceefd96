import { describe, expect, it } from 'vitest';
import { changesOf, concealed, isSame, masked } from '../../../../src/actions/deploy/change.js';

describe('what counts as a change', () => {
  it('looks only at members that are wanted', () => {
    expect(changesOf({ Timeout: 3 }, { Timeout: 3, MemorySize: 512, RevisionId: 'x' })).toEqual([]);
    expect(changesOf({ Timeout: 10 }, { Timeout: 3 })).toEqual([{ setting: 'Timeout', from: 3, to: 10 }]);
  });

  it.each([
    ['a default that the service does not repeat', { Mode: 'PassThrough' }, {}],
    ['an empty text for what is not set', '', undefined],
    ['an empty list for what is not set', [], undefined],
    ['server-filled members', { SubnetIds: ['a'] }, { SubnetIds: ['a'], VpcId: 'vpc-1' }],
    ['the order of subnets', { SubnetIds: ['b', 'a'] }, { SubnetIds: ['a', 'b'] }],
    [
      'the order of filters and white space in patterns',
      { Filters: [{ Pattern: '{"a": [1]}' }, { Pattern: '{"b":[2]}' }] },
      { Filters: [{ Pattern: '{"b":[2]}' }, { Pattern: '{"a":[1]}' }] },
    ],
    ['the case of header names', { AllowHeaders: ['X-Trace'] }, { AllowHeaders: ['x-trace'] }],
  ])('does not count %s', (_, wanted, deployed) => {
    expect(isSame(wanted, deployed)).toBe(true);
  });

  it.each([
    ['the order of layers', { Layers: ['b', 'a'] }, { Layers: ['a', 'b'] }],
    ['another number of subnets', { SubnetIds: ['a'] }, { SubnetIds: ['a', 'b'] }],
    ['a value in place of a default', { Mode: 'Active' }, {}],
    ['another pattern', { Filters: [{ Pattern: '{"a":[1]}' }] }, { Filters: [{ Pattern: '{"a":[2]}' }] }],
    ['a pattern that is no JSON', { Filters: [{ Pattern: 'a' }] }, { Filters: [{ Pattern: 'b' }] }],
  ])('counts %s', (_, wanted, deployed) => {
    expect(isSame(wanted, deployed)).toBe(false);
  });
});

describe('what a plan conceals', () => {
  it('shows the same token for the same value and never the value', () => {
    expect(masked('swordfish')).toBe(masked('swordfish'));
    expect(masked('swordfish')).not.toBe(masked('swordfisH'));
    expect(masked('swordfish')).not.toContain('sword');
  });

  it.each([
    ['Password', 'swordfish'],
    ['EventSourceToken', 'swordfish'],
    ['Description', 'postgres://me:swordfish@db/1'],
    ['Description', 'key AKIAIOSFODNN7EXAMPLE'],
  ])('knows a secret by its name or looks: %s', (name, value) => {
    expect(JSON.stringify(concealed('Outer', { [name]: [value, { [name]: value }] }))).not.toMatch(
      /swordfish|AKIAIOSF/,
    );
    expect(String(concealed(name, value))).toMatch(/^\(hidden [0-9a-f]{6}\)$/);
  });

  it('leaves what is no secret', () => {
    expect(concealed('Description', 'Greets people')).toBe('Greets people');
    expect(concealed('Timeout', 3)).toBe(3);
  });
});
