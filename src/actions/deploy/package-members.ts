import type { CreateFunctionRequest } from '../../aws/lambda-calls.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { readFile } from '../../system/files.js';
import type { DesiredCode, DesiredFunction, DesiredSettings } from './desired-function.js';

/** Where a staged package lies. */
export interface PackagePlace {
  readonly bucket: string;
  readonly key: string;
  /** The account that must own the bucket; undefined: any. */
  readonly accountId?: string | undefined;
  /** Of a signed package: fetches it and tells its SHA-256, in base64. */
  readonly readCodeSha256?: () => Promise<string>;
}

interface AppliedSoFar {
  readonly roleArn?: string | undefined;
  readonly place?: PackagePlace | undefined;
}

/** The members that hand over code. The package is read only now: a deployment that changes no code never holds it in memory. */
export async function packageMembers(code: DesiredCode | undefined, place: PackagePlace | undefined): Promise<object> {
  switch (code?.kind) {
    case 'zip':
      return place === undefined
        ? { ZipFile: await readFile(code.file) }
        : { S3Bucket: place.bucket, S3Key: place.key };
    case 's3':
      return { S3Bucket: code.bucket, S3Key: code.key };
    case 'image':
      return { ImageUri: code.imageUri };
    default:
      return {};
  }
}

/** The settings with the ARN of the role that a step before has made. */
export function settledSettings(settings: DesiredSettings | undefined, { roleArn }: AppliedSoFar): DesiredSettings {
  const isPending = settings?.Role !== undefined && !settings.Role.startsWith('arn:');
  return { ...settings, ...(isPending && roleArn !== undefined && { Role: roleArn }) };
}

/** The request that creates a function. @throws LambdakitError `invalid-input`, `config-invalid` */
export async function createRequest(desired: DesiredFunction, applied: AppliedSoFar): Promise<CreateFunctionRequest> {
  const { functionName, code, architectures, tags, companions } = desired;
  if (code === undefined || desired.settings === undefined) {
    throw new LambdakitError(
      'invalid-input',
      `The function ${functionName} does not exist yet, so it needs code and settings.`,
      { hint: 'Deploy it once without --code-only and --config-only.' },
    );
  }
  const { Role, ...settings } = settledSettings(desired.settings, applied);
  if (Role === undefined) {
    throw new LambdakitError('config-invalid', `The function ${functionName} has no execution role.`, {
      hint: 'Write "role" (an ARN, a role name, or "auto") into lambdakit.json, or give --role.',
    });
  }
  const { codeSigningConfigArn } = companions;
  return {
    ...settings,
    Role,
    FunctionName: functionName,
    Code: await packageMembers(code, applied.place),
    PackageType: code.kind === 'image' ? 'Image' : 'Zip',
    ...(architectures !== undefined && { Architectures: [...architectures] }),
    ...(tags !== undefined && { Tags: { ...tags } }),
    ...(codeSigningConfigArn !== undefined && { CodeSigningConfigArn: codeSigningConfigArn }),
  };
}
