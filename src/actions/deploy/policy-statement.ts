/** A permission in the words of AddPermission, without function and qualifier. */
export interface PermissionStatement {
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
  readonly PrincipalOrgID?: string | undefined;
  readonly EventSourceToken?: string | undefined;
  readonly FunctionUrlAuthType?: string | undefined;
  readonly InvokedViaFunctionUrl?: boolean | undefined;
}

/** Reads the statements of a resource-based policy in the words of AddPermission, so that they can be compared. */
export function readPolicyStatements(policy: string | undefined): readonly PermissionStatement[] {
  if (policy === undefined) return [];
  const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: readonly RawStatement[] };
  return Statement.map(({ Sid = '', Action, Principal, Condition = {} }) => {
    const conditions = flatConditions(Condition);
    return {
      StatementId: Sid,
      Action: one(Action),
      Principal: principalOf(Principal),
      SourceArn: conditions['aws:sourcearn'],
      SourceAccount: conditions['aws:sourceaccount'],
      PrincipalOrgID: conditions['aws:principalorgid'],
      EventSourceToken: conditions['lambda:eventsourcetoken'],
      FunctionUrlAuthType: conditions['lambda:functionurlauthtype'],
      ...(conditions['lambda:invokedviafunctionurl'] === 'true' && { InvokedViaFunctionUrl: true }),
    };
  });
}

const SCHEDULE_STATEMENT = 'lambdakit-schedule-';

/** The ID of the statement that lets a rule of ours invoke the function. */
export function scheduleStatementId(ruleName: string): string {
  return `${SCHEDULE_STATEMENT}${ruleName.replaceAll('.', '_')}`;
}

/** True for statements that come and go with a schedule. */
export function isScheduleStatement({ StatementId }: PermissionStatement): boolean {
  return StatementId.startsWith(SCHEDULE_STATEMENT);
}

/** True when both let the same callers do the same. */
export function isSameStatement(a: PermissionStatement, b: PermissionStatement): boolean {
  return (
    MEMBERS.every((member) => (a[member] ?? undefined) === (b[member] ?? undefined)) &&
    normalPrincipal(a.Principal) === normalPrincipal(b.Principal)
  );
}

const MEMBERS = [
  'Action',
  'SourceArn',
  'SourceAccount',
  'PrincipalOrgID',
  'EventSourceToken',
  'FunctionUrlAuthType',
  'InvokedViaFunctionUrl',
] as const satisfies readonly (keyof PermissionStatement)[];

interface RawStatement {
  readonly Sid?: string;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The operator says nothing more: AddPermission makes exactly one condition of each kind. */
function flatConditions(condition: NonNullable<RawStatement['Condition']>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.values(condition)
      .flatMap((members) => Object.entries(members))
      .map(([key, value]) => [key.toLowerCase(), one(value)]),
  );
}

function principalOf(principal: unknown): string {
  if (typeof principal !== 'object' || principal === null) return one(principal);
  const { Service, AWS } = principal as { readonly Service?: unknown; readonly AWS?: unknown };
  return one(Service ?? AWS);
}

/** An account may be written as its number and is kept as the ARN of its root. */
function normalPrincipal(principal: string): string {
  return /^arn:aws[a-zA-Z-]*:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

function one(value: unknown): string {
  return String(Array.isArray(value) ? value[0] : (value ?? ''));
}
