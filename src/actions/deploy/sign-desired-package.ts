import { randomUUID } from 'node:crypto';
import { objectSha256, signPackage } from '../../aws/sign-package.js';
import type { DesiredFunction } from './desired-function.js';
import type { PackagePlace } from './package-members.js';
import type { StageDependencies } from './stage-desired-package.js';

/** Has the staged package signed by AWS Signer, unless a signed one is there; returns where the signed one is. */
export async function signDesiredPackage(
  { functionName, code }: DesiredFunction,
  staged: PackagePlace,
  { neighbours, signal, progress }: StageDependencies,
): Promise<PackagePlace> {
  const { signer, s3 } = neighbours;
  if (code?.kind !== 'zip' || code.signing === undefined || signer === undefined)
    throw new Error('Nothing is to be signed.');
  const { profileName, profileOwner, prefix } = code.signing;
  const signed = await signPackage({
    calls: { s3, signer },
    subject: functionName,
    source: staged,
    prefix,
    profileName,
    profileOwner,
    requestToken: randomUUID(),
    signal,
    onStarted: (jobId) => progress({ kind: 'detail', subject: functionName, text: `signing job ${jobId}` }),
  });
  const { bucket, key, outcome } = signed;
  progress({
    kind: 'detail',
    subject: functionName,
    text: `s3://${bucket}/${key}: ${outcome === 'present' ? 'signed already' : 'signed'}`,
  });
  return { bucket, key, readCodeSha256: () => objectSha256(s3, { bucket, key }) };
}
