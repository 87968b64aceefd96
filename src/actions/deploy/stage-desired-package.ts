import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { defaultBucketName, stagePackage } from '../../aws/s3-staging.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { Neighbours } from '../action-context.js';
import type { ProgressSink } from '../progress.js';
import type { DesiredFunction } from './desired-function.js';
import type { PackagePlace } from './package-members.js';

export interface StageDependencies {
  readonly neighbours: Neighbours;
  readonly signal: AbortSignal;
  readonly progress: ProgressSink;
}

/** Puts the package of a function where Lambda can fetch it, unless it is there. */
export async function stageDesiredPackage(
  { functionName, code, settings }: DesiredFunction,
  configuration: FunctionConfiguration,
  { neighbours, signal, progress }: StageDependencies,
): Promise<PackagePlace> {
  if (code?.kind !== 'zip' || code.staging === undefined) throw new Error('Nothing is to be staged.');
  const region = regionOf(configuration, neighbours);
  const accountId = await accountOf(configuration, settings?.Role, neighbours);
  const bucket = code.staging.bucket ?? defaultBucketName(accountId, region);
  const { key } = code.staging;
  const owner = code.staging.bucket === undefined ? accountId : undefined;
  let tenth = 0;
  const outcome = await stagePackage({
    calls: neighbours.s3,
    // A bucket that the user names may be shared by another account.
    place: { bucket, region, accountId: owner },
    key,
    needsVersions: code.signing !== undefined,
    file: code.file,
    signal,
    onBucketCreated: (name) =>
      progress({ kind: 'done', subject: functionName, text: `made the bucket ${name} for packages` }),
    onProgress: (sent, total) => {
      const reached = Math.floor((sent / total) * 10);
      if (reached === tenth) return;
      tenth = reached;
      progress({ kind: 'started', subject: functionName, text: `uploading to s3://${bucket}, ${reached * 10} %` });
    },
  });
  progress({
    kind: 'detail',
    subject: functionName,
    text: `s3://${bucket}/${key}: ${outcome === 'present' ? 'there already' : 'uploaded'}`,
  });
  return { bucket, key, accountId: owner };
}

function regionOf({ FunctionArn }: FunctionConfiguration, { region }: Neighbours): string {
  const found = FunctionArn?.split(':')[3] ?? region;
  if (found !== undefined) return found;
  throw new LambdakitError('region-missing', 'No AWS region is set, so no bucket can be chosen.', {
    hint: 'Give --region, set AWS_REGION, or write "region" into lambdakit.json.',
  });
}

/** The account is part of the ARNs that are known already; only without them somebody has to be asked. */
async function accountOf(
  { FunctionArn }: FunctionConfiguration,
  role: string | undefined,
  { sts }: Neighbours,
): Promise<string> {
  const known = FunctionArn?.split(':')[4] ?? /^arn:[^:]+:iam::(\d{12}):/.exec(role ?? '')?.[1];
  if (known !== undefined) return known;
  const { Account = '' } = (await sts?.getCallerIdentity({})) ?? {};
  return Account;
}
