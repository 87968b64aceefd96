import { describe, expect, it } from 'vitest';
import { resolveAddress } from '../../../../../src/local/core/catalog/function-address.js';

const SCOPE = { region: 'eu-west-1', accountId: '000000000000' };
const ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:fn';

describe('resolveAddress', () => {
  it.each([
    ['fn', undefined, undefined],
    ['fn', '7', '7'],
    ['fn:live', undefined, 'live'],
    ['fn:live', 'live', 'live'],
    ['fn:$LATEST', undefined, '$LATEST'],
    ['function:fn', undefined, undefined],
    ['000000000000:function:fn:3', undefined, '3'],
    ['000000000000:fn', undefined, undefined],
    ['eu-west-1:000000000000:function:fn:3', undefined, '3'],
    [ARN, 'live', 'live'],
    [`${ARN}:$LATEST`, undefined, '$LATEST'],
  ])('reads %s with qualifier %s', (name, qualifier, expected) => {
    expect(resolveAddress(name, qualifier, SCOPE)).toEqual({ functionName: 'fn', qualifier: expected });
  });

  it.each([
    [ARN.replace('eu-west-1', 'us-east-1'), undefined, 'ResourceNotFoundException'],
    [ARN.replace('000000000000', '111111111111'), undefined, 'AccessDeniedException'],
    ['111111111111:function:fn', undefined, 'AccessDeniedException'],
    ['us-east-1:000000000000:function:fn', undefined, 'ResourceNotFoundException'],
    ['fn:1', '2', 'InvalidParameterValueException'],
    ['a b', undefined, 'ResourceNotFoundException'],
  ])('refuses %s with qualifier %s', (name, qualifier, code) => {
    expect(() => resolveAddress(name, qualifier, SCOPE)).toThrow(expect.objectContaining({ code }));
  });
});
