import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { waitForFunction } from '../../aws/wait-for-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { DesiredFunction } from './desired-function.js';
import { type ChangeDependencies, isRevisionRefusal, makeChange, settle } from './make-change.js';
import { type PackagePlace, packageMembers, settledSettings } from './package-members.js';
import { isSameRelease } from './plan-release.js';
import { settingChanges } from './setting-changes.js';

export interface UpdateDependencies extends ChangeDependencies {
  readonly calls: Pick<LambdaCalls, 'getFunctionConfiguration' | 'updateFunctionCode' | 'updateFunctionConfiguration'>;
}

interface AppliedSoFar {
  readonly configuration: FunctionConfiguration;
  readonly roleArn?: string | undefined;
  readonly place?: PackagePlace | undefined;
}

/**
 * Updates code or settings of the very revision that the plan was made for, and waits for the end of
 * the update. @throws LambdakitError `service-refused` when somebody else has changed the function meanwhile.
 */
export async function updateGuarded(
  what: 'update-settings' | 'update-code',
  desired: DesiredFunction,
  applied: AppliedSoFar,
  dependencies: UpdateDependencies,
): Promise<FunctionConfiguration> {
  const { functionName } = desired;
  const { calls } = dependencies;
  const base = applied.configuration;
  const settings = settledSettings(desired.settings, applied);
  const code = what === 'update-code' ? await packageMembers(desired.code, applied.place) : {};
  const update = (RevisionId: string | undefined): Promise<FunctionConfiguration> =>
    what === 'update-code'
      ? calls.updateFunctionCode({
          FunctionName: functionName,
          RevisionId,
          ...code,
          ...(desired.architectures !== undefined && { Architectures: desired.architectures }),
        })
      : calls.updateFunctionConfiguration({ FunctionName: functionName, RevisionId, ...settings });
  let revision = base.RevisionId;
  for (let attempt = 1; ; attempt++) {
    try {
      await makeChange(functionName, dependencies, () => update(revision));
      return await waitForFunction({ ...dependencies, functionName });
    } catch (error) {
      if (!isRevisionRefusal(error)) throw error;
      const present = await settle(functionName, dependencies);
      const isDone =
        what === 'update-code'
          ? desired.code?.kind !== 'image' && present.CodeSha256 === (await wantedSha256(desired, applied.place))
          : settingChanges(settings, present).length === 0;
      // The answer of our own update was lost on the way.
      if (isDone && present.LastUpdateStatus !== 'Failed') return present;
      // Tags, permissions and the end of an update give a function a new revision, too.
      const isOthers = !isSameRelease(present, base) || present.Description !== base.Description;
      if (isOthers || attempt === MAX_REVISIONS) throw changedMeanwhile(functionName, error);
      revision = present.RevisionId;
    }
  }
}

/** The SHA-256 of what was to be deployed; of a signed package only the package itself tells it. */
async function wantedSha256({ code }: DesiredFunction, place: PackagePlace | undefined): Promise<string | undefined> {
  if (code === undefined || code.kind === 'image') return undefined;
  return place?.readCodeSha256 === undefined ? code.codeSha256 : place.readCodeSha256();
}

const MAX_REVISIONS = 10;

function changedMeanwhile(functionName: string, cause: unknown): LambdakitError {
  return new LambdakitError('service-refused', `Somebody else has changed ${functionName} since the plan was made.`, {
    hint: 'Look at `lambdakit diff`, and deploy again.',
    cause,
  });
}
