import type { DeployFunctionDependencies } from '../../../../src/actions/deploy/deploy-function.js';
import type { FunctionConfiguration } from '../../../../src/aws/lambda-calls.js';
import { LambdakitError } from '../../../../src/errors/lambdakit-error.js';

/** What a moment of this Lambda does; every number is the seed's. */
export interface FakeLambdaOptions {
  readonly random: () => number;
  /** How long a new function is Pending and an update InProgress at most. */
  readonly longestTransitionMs: number;
  /** From when on the role can be assumed. */
  readonly roleReadyAtMs: number;
  /** The reason with which the next update fails; undefined lets it succeed. */
  readonly failure?: { readonly reason: string; readonly code: string } | undefined;
  /** The reason with which the creation fails. */
  readonly creationFailure?: { readonly reason: string; readonly code: string } | undefined;
  /** How often somebody else's update gets in between (0 to 1). */
  readonly meddling: number;
}

interface Version {
  readonly number: string;
  readonly configuration: FunctionConfiguration;
}

/**
 * One function of Lambda under a clock of its own: states, revisions, conflicts, versions and one alias, as
 * the developer guide's "Lambda function states" tells. `refused` counts calls at a wrong moment that a careful
 * client would not have made without being told.
 */
export function createFakeLambda(options: FakeLambdaOptions) {
  const { random } = options;
  const clock = { time: 0 };
  let latest: FunctionConfiguration | undefined;
  let settlesAt = 0;
  let fails: FakeLambdaOptions['failure'];
  let revision = 0;
  const versions: Version[] = [];
  let alias: string | undefined;
  const nextRevision = (): string => `revision-${++revision}`;
  const begin = (change: Partial<FunctionConfiguration>): void => {
    settlesAt = clock.time + random() * options.longestTransitionMs;
    latest = { ...latest, ...change, RevisionId: nextRevision() };
  };
  const present = (): FunctionConfiguration => {
    if (latest === undefined) throw refusal('ResourceNotFoundException', 'Function not found', 'not-found');
    if (clock.time < settlesAt) return latest;
    if (latest.State === 'Pending') latest = { ...latest, ...endOfCreation(options), RevisionId: nextRevision() };
    if (latest.LastUpdateStatus === 'InProgress') {
      latest =
        fails === undefined
          ? { ...latest, LastUpdateStatus: 'Successful', RevisionId: nextRevision() }
          : {
              ...latest,
              LastUpdateStatus: 'Failed',
              LastUpdateStatusReason: fails.reason,
              LastUpdateStatusReasonCode: fails.code as 'EniLimitExceeded',
            };
      fails = undefined;
    }
    return latest;
  };
  const changeable = (): FunctionConfiguration => {
    const now = present();
    if (random() < options.meddling && now.State === 'Active' && now.LastUpdateStatus !== 'InProgress')
      begin({ LastUpdateStatus: 'InProgress' });
    const { State, LastUpdateStatus } = present();
    if (State === 'Pending' || LastUpdateStatus === 'InProgress')
      throw refusal(
        'ResourceConflictException',
        'The operation cannot be performed at this time. An update is in progress for resource: arn',
      );
    return present();
  };
  const guarded = (given: string | undefined): FunctionConfiguration => {
    const now = changeable();
    if (given !== undefined && given !== now.RevisionId)
      throw refusal('PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id.');
    return now;
  };
  const calls = {
    getFunction: async () => ({ Configuration: present() }),
    getFunctionConfiguration: async ({ Qualifier }: { Qualifier?: string }) => {
      if (Qualifier === undefined) return present();
      const number = Qualifier === 'live' ? alias : Qualifier;
      const found = versions.find((version) => version.number === number);
      if (found === undefined) throw refusal('ResourceNotFoundException', 'Function not found', 'not-found');
      return { ...found.configuration, Version: found.number };
    },
    createFunction: async (request: Record<string, unknown>) => {
      if (clock.time < options.roleReadyAtMs)
        throw refusal(
          'InvalidParameterValueException',
          'The role defined for the function cannot be assumed by Lambda.',
        );
      const { Code: _, FunctionName, ...settings } = request;
      begin({
        ...settings,
        FunctionName: String(FunctionName),
        CodeSha256: String(request.Description),
        State: 'Pending',
      } as FunctionConfiguration);
      return present();
    },
    updateFunctionConfiguration: async ({ RevisionId, FunctionName: _, ...settings }: Record<string, unknown>) => {
      guarded(RevisionId as string | undefined);
      fails = options.failure;
      begin({ ...settings, LastUpdateStatus: 'InProgress' } as FunctionConfiguration);
      return present();
    },
    updateFunctionCode: async ({ RevisionId, S3Key }: Record<string, unknown>) => {
      guarded(RevisionId as string | undefined);
      begin({ CodeSha256: String(S3Key), LastUpdateStatus: 'InProgress' });
      return present();
    },
    publishVersion: async () => {
      const now = changeable();
      const same = versions.at(-1);
      if (same !== undefined && same.configuration.RevisionId === now.RevisionId)
        return { ...same.configuration, Version: same.number };
      versions.push({ number: String(versions.length + 1), configuration: now });
      return { ...now, Version: String(versions.length) };
    },
    getAlias: async () => {
      if (alias === undefined) throw refusal('ResourceNotFoundException', 'Cannot find alias arn', 'not-found');
      return { FunctionVersion: alias };
    },
    createAlias: async ({ FunctionVersion }: { FunctionVersion?: string }) => {
      alias = FunctionVersion;
      return {};
    },
    updateAlias: async ({ FunctionVersion }: { FunctionVersion?: string }) => {
      alias = FunctionVersion;
      return {};
    },
  };
  const dependencies = {
    calls,
    iam: undefined,
    logs: undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
    now: () => clock.time,
    sleep: async (delayMs: number) => {
      clock.time += delayMs;
    },
    random,
    stage: async () => {
      throw new Error('nothing is staged here');
    },
    shift: async () => {
      throw new Error('nothing is shifted here');
    },
  } as unknown as DeployFunctionDependencies;
  return { dependencies, clock, present, settlesAt: () => settlesAt, alias: () => alias, versions };
}

function endOfCreation({ creationFailure }: FakeLambdaOptions): Partial<FunctionConfiguration> {
  if (creationFailure === undefined) return { State: 'Active', LastUpdateStatus: 'Successful' };
  return {
    State: 'Failed',
    StateReason: creationFailure.reason,
    StateReasonCode: creationFailure.code as 'EniLimitExceeded',
  };
}

function refusal(
  awsCode: string,
  message: string,
  code: 'not-found' | 'service-refused' = 'service-refused',
): LambdakitError {
  return new LambdakitError(code, message, { details: { awsCode } });
}
