import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../../../src/local/core/catalog/create-function.js';
import { addPermission, type PermissionRule } from '../../../../../src/local/core/catalog/policies.js';

const ids = (() => {
  let next = 0;
  return () => `id-${next++}`;
})();
const context = { region: 'eu-west-1', accountId: '000000000000', now: 0, newId: ids, transitionMs: 0 };
const record = createFunction(
  {
    functionName: 'fn',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    code: { CodeSha256: 'x', CodeSize: 1, UnzippedSize: 1 },
    layers: [],
    tags: {},
    publish: true,
    codeSigningConfigArn: undefined,
  },
  context,
);
const add = (rule: Partial<PermissionRule>, qualifier?: string) =>
  addPermission(
    record,
    qualifier,
    { statementId: 's', action: 'lambda:InvokeFunction', principal: '*', ...rule },
    context,
  ).statement;

describe('a statement', () => {
  it.each([
    [{ sourceArn: 'arn:aws:s3:::b' }, { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::b' } }],
    [{ sourceAccount: '123456789012' }, { StringEquals: { 'AWS:SourceAccount': '123456789012' } }],
    [{ principalOrgId: 'o-0123456789' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } }],
    [{ eventSourceToken: 'token' }, { StringEquals: { 'lambda:EventSourceToken': 'token' } }],
    [
      { action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'AWS_IAM' },
      { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    ],
    [{ invokedViaFunctionUrl: true }, { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
    [{ invokedViaFunctionUrl: false }, undefined],
  ] as const)('with %j has the condition %j', (rule, condition) => {
    expect(add(rule).Condition).toEqual(condition);
  });

  it.each([
    ['s3.amazonaws.com', { Service: 's3.amazonaws.com' }],
    ['123456789012', { AWS: 'arn:aws:iam::123456789012:root' }],
    ['arn:aws:iam::123456789012:user/u', { AWS: 'arn:aws:iam::123456789012:user/u' }],
    ['*', '*'],
  ])('for %s names the principal %j', (principal, expected) => {
    expect(add({ principal }).Principal).toEqual(expected);
  });

  it('names the version that it is for', () => {
    expect(add({}, '1').Resource).toBe('arn:aws:lambda:eu-west-1:000000000000:function:fn:1');
  });

  it('takes conditions on function URLs with their own action alone', () => {
    expect(() => add({ functionUrlAuthType: 'NONE' })).toThrow(
      'FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action',
    );
    expect(() => add({ action: 'lambda:InvokeFunctionUrl', invokedViaFunctionUrl: true })).toThrow(
      /^InvokedViaFunctionUrl is only supported/,
    );
  });
});
