import type { EventSourceConfig } from '../../config/companions-schema.js';
import type { FunctionConfig } from '../../config/function-schema.js';
import { apiMembers } from './api-members.js';
import type { DesiredSchedule } from './desired-schedules.js';
import type { PermissionStatement } from './policy-statement.js';

/** What stands beside a function, in the API's form. An absent member is left as it is. */
export interface DesiredCompanions {
  readonly reservedConcurrency?: number;
  readonly provisionedConcurrency?: number;
  readonly eventInvokeConfig?: object;
  readonly url?: DesiredUrl;
  /** The statements of the project, and those that the URL needs. */
  readonly permissions?: readonly PermissionStatement[];
  /** The project has a list of permissions of its own, so that further ones are worth a word. */
  readonly listsPermissions?: boolean;
  readonly eventSources?: readonly DesiredEventSource[];
  /** Rules that invoke the function by the clock. */
  readonly schedules?: readonly DesiredSchedule[];
  readonly logRetention?: { readonly logGroup: string; readonly days: number };
  readonly runtimeManagement?: object;
  readonly recursiveLoop?: 'Allow' | 'Terminate';
  readonly codeSigningConfigArn?: string;
  /** Takes away statements and event sources that the project does not name. */
  readonly prunes?: boolean;
}

export interface DesiredUrl {
  readonly AuthType: 'NONE' | 'AWS_IAM';
  readonly InvokeMode?: string;
  readonly Cors?: object;
}

/** Members as in CreateEventSourceMapping. */
export type DesiredEventSource = Readonly<Record<string, unknown>> & { readonly EventSourceArn?: string };

/** The companions of a resolved function; only what the project says. */
export function desiredCompanions(config: FunctionConfig, functionName: string): DesiredCompanions {
  const { concurrency, eventInvokeConfig, url, eventSources, loggingConfig, runtimeManagement } = config;
  const permissions = desiredPermissions(config);
  const days = loggingConfig?.logRetentionDays;
  return {
    ...(concurrency?.reserved !== undefined && { reservedConcurrency: concurrency.reserved }),
    ...(concurrency?.provisioned !== undefined && { provisionedConcurrency: concurrency.provisioned }),
    ...(eventInvokeConfig !== undefined && { eventInvokeConfig: apiMembers(eventInvokeConfig) as object }),
    ...(url !== undefined && { url: apiMembers(url) as DesiredUrl }),
    ...(permissions !== undefined && { permissions, listsPermissions: config.permissions !== undefined }),
    ...(eventSources !== undefined && { eventSources: eventSources.map(desiredEventSource) }),
    ...(days !== undefined && {
      logRetention: { logGroup: loggingConfig?.logGroup ?? `/aws/lambda/${functionName}`, days },
    }),
    ...(runtimeManagement !== undefined && { runtimeManagement: apiMembers(runtimeManagement) as object }),
    ...(config.recursiveLoop !== undefined && { recursiveLoop: config.recursiveLoop }),
    ...(config.codeSigningConfigArn !== undefined && { codeSigningConfigArn: config.codeSigningConfigArn }),
  };
}

/** The statement IDs that AWS's console and SAM use for public function URLs (developer guide, "Control access to Lambda function URLs"). */
export const PUBLIC_URL_STATEMENTS: readonly PermissionStatement[] = [
  {
    StatementId: 'FunctionURLAllowPublicAccess',
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  },
  {
    StatementId: 'FunctionURLInvokeAllowPublicAccess',
    Action: 'lambda:InvokeFunction',
    Principal: '*',
    InvokedViaFunctionUrl: true,
  },
];

function desiredPermissions({ permissions, url }: FunctionConfig): readonly PermissionStatement[] | undefined {
  if (permissions === undefined && url === undefined) return undefined;
  const own = (permissions ?? []).map((permission): PermissionStatement => {
    const { Action = 'lambda:InvokeFunction', ...members } = apiMembers(permission) as Partial<PermissionStatement>;
    return { ...(members as PermissionStatement), Action };
  });
  return url?.authType === 'NONE' ? [...own, ...PUBLIC_URL_STATEMENTS] : own;
}

/** An event source of the project in the members of the API. */
export function desiredEventSource(source: EventSourceConfig): DesiredEventSource {
  const { selfManagedEventSource, startingPositionTimestamp, tags, ...members } = source;
  return {
    ...(apiMembers(members) as DesiredEventSource),
    // The key of the endpoints is a constant of the API, tags are the user's words: both keep their letters.
    ...(selfManagedEventSource !== undefined && {
      SelfManagedEventSource: { Endpoints: selfManagedEventSource.endpoints },
    }),
    ...(startingPositionTimestamp !== undefined && { StartingPositionTimestamp: new Date(startingPositionTimestamp) }),
    ...(tags !== undefined && { Tags: { ...tags } }),
  };
}
