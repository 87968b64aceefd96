import { lookup } from './lookup.js';
import type { FunctionRecord, PolicyStatement } from './records.js';

/**
 * Whether the resource-based policy lets everybody call a function URL with AuthType NONE: for that it must
 * allow both lambda:InvokeFunctionUrl and lambda:InvokeFunction to `*` (Lambda developer guide, "Control
 * access to Lambda function URLs").
 */
export function isUrlPublic(record: FunctionRecord, qualifier: string | undefined): boolean {
  const statements = lookup(record.policies, qualifier ?? '$LATEST')?.statements ?? [];
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every((action) =>
    statements.some((statement) => allowsEverybody(statement, action)),
  );
}

function allowsEverybody({ Principal, Action, Condition }: PolicyStatement, action: string): boolean {
  if (Principal !== '*' || ![action, 'lambda:*', '*'].includes(Action)) return false;
  const { StringEquals = {}, Bool = {}, ...others } = Condition ?? {};
  const { 'lambda:FunctionUrlAuthType': authType = 'NONE', ...otherEquals } = StringEquals;
  const { 'lambda:InvokedViaFunctionUrl': isViaUrl = 'true', ...otherBools } = Bool;
  // A condition on anything else does not hold for everybody.
  const rest = [others, otherEquals, otherBools].flatMap((conditions) => Object.keys(conditions));
  return authType === 'NONE' && isViaUrl === 'true' && rest.length === 0;
}
