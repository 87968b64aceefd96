import { describe, expect, it } from 'vitest';
import { isSameStatement, readPolicyStatements } from '../../../../src/actions/deploy/policy-statement.js';

const statement = { StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };

/** A policy as GetPolicy answers it for one statement. */
function policyOf(members: object): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [{ Sid: 's', Effect: 'Allow', Resource: 'arn', ...members }],
  });
}

describe('statements of a resource-based policy', () => {
  it.each([
    [{ Principal: { Service: 's3.amazonaws.com' } }, {}],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, { Principal: '123456789012' }],
    [{ Principal: '*' }, { Principal: '*' }],
    [
      {
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::b' },
          StringEquals: { 'AWS:SourceAccount': '123456789012' },
        },
      },
      { SourceArn: 'arn:aws:s3:::b', SourceAccount: '123456789012' },
    ],
    [
      { Principal: '*', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
      { Principal: '*', InvokedViaFunctionUrl: true },
    ],
    [
      {
        Principal: '*',
        Action: 'lambda:InvokeFunctionUrl',
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
      },
      { Principal: '*', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    ],
  ])('are read in the words of AddPermission: %j', (raw, own) => {
    const [read] = readPolicyStatements(policyOf({ Action: 'lambda:InvokeFunction', ...raw }));
    expect(isSameStatement({ ...statement, ...own }, read!)).toBe(true);
  });

  it.each([
    { Principal: { Service: 'sns.amazonaws.com' } },
    { Action: 'lambda:GetFunction' },
    { Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::b' } } },
    { Principal: { AWS: 'AROAEXAMPLE' } },
  ])('differ by who may do what: %j', (raw) => {
    const [read] = readPolicyStatements(
      policyOf({ Action: 'lambda:InvokeFunction', Principal: { Service: 's3.amazonaws.com' }, ...raw }),
    );
    expect(isSameStatement(statement, read!)).toBe(false);
  });

  it('are none where there is no policy', () => {
    expect(readPolicyStatements(undefined)).toEqual([]);
  });
});
