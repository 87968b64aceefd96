import { type Change, canonicalJson } from './change.js';
import type { CurrentFunction } from './current-function.js';
import type { DeployStep } from './deploy-step.js';
import type { DesiredFunction } from './desired-function.js';

/** Makes the role that the function is to have, or changes what it may do. */
export function roleSteps({ role }: DesiredFunction, current: CurrentFunction | undefined): readonly DeployStep[] {
  if (role === undefined) return [];
  const { roleName, statements } = role;
  const before = current?.role?.statements;
  const changes = roleChanges(statements, before ?? []);
  if (current?.role?.arn === undefined) return [{ step: 'create-role', roleName, statements, changes }];
  if (before !== undefined && changes.length === 0) return [];
  return [{ step: 'update-role', roleName, statements, changes }];
}

type Statements = NonNullable<DesiredFunction['role']>['statements'];

function roleChanges(wanted: Statements, deployed: Statements): readonly Change[] {
  const before = new Map(deployed.map((statement) => [statement.Sid, statement]));
  const after = new Map(wanted.map((statement) => [statement.Sid, statement]));
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((sid): readonly Change[] => {
    const [from, to] = [grantOf(before.get(sid)), grantOf(after.get(sid))];
    return canonicalJson(from) === canonicalJson(to) ? [] : [{ setting: `Policy.${sid}`, from, to }];
  });
}

function grantOf(statement: Statements[number] | undefined): unknown {
  if (statement === undefined) return undefined;
  return { Action: [...statement.Action].toSorted(), Resource: [statement.Resource].flat().toSorted() };
}
