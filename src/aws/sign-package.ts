import { createHash } from 'node:crypto';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { pause } from '../system/pause.js';
import type { S3Calls, SignerCalls } from './neighbour-calls.js';

export interface SigningCalls {
  readonly s3: Pick<S3Calls, 'headObject' | 'listObjectsV2'>;
  readonly signer: Pick<SignerCalls, 'startSigningJob' | 'describeSigningJob'>;
}

export interface SignPackageOptions {
  readonly calls: SigningCalls;
  /** Whose package it is, for people. */
  readonly subject: string;
  /** The unsigned package, in a bucket that keeps versions, and the account that must own it. */
  readonly source: { readonly bucket: string; readonly key: string; readonly accountId?: string | undefined };
  /** Where signed packages of this one are put, in the same bucket; nothing else lies there. */
  readonly prefix: string;
  readonly profileName: string;
  readonly profileOwner?: string | undefined;
  /** Makes a request that is sent twice one job. */
  readonly requestToken: string;
  readonly signal: AbortSignal;
  readonly onStarted?: (jobId: string) => void;
  /** Default five minutes; a package is signed within seconds. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  readonly sleep?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export interface SignedPackage {
  readonly bucket: string;
  readonly key: string;
  readonly outcome: 'signed' | 'present';
}

const TIMEOUT_MS = 300_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 3_000;

/**
 * Has a package signed by AWS Signer, unless an earlier deployment had it signed, and waits for the end of the job.
 * @throws LambdakitError `service-refused` with Signer's reason, `gave-up-waiting` after the time.
 */
export async function signPackage(options: SignPackageOptions): Promise<SignedPackage> {
  const { calls, source, prefix } = options;
  const present = await findSigned(options);
  if (present !== undefined) return { bucket: source.bucket, key: present, outcome: 'present' };
  const { VersionId } = await calls.s3.headObject({ Bucket: source.bucket, Key: source.key, ...ownerOf(source) });
  const { jobId = '' } = await calls.signer.startSigningJob({
    source: { s3: { bucketName: source.bucket, key: source.key, version: VersionId } },
    destination: { s3: { bucketName: source.bucket, prefix } },
    profileName: options.profileName,
    clientRequestToken: options.requestToken,
    ...(options.profileOwner !== undefined && { profileOwner: options.profileOwner }),
  });
  options.onStarted?.(jobId);
  return { ...(await waitForJob(jobId, options)), outcome: 'signed' };
}

/** The SHA-256, in base64, of an object as it is fetched. */
export async function objectSha256(
  calls: Pick<S3Calls, 'getObject'>,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<string> {
  const { Body } = await calls.getObject({ Bucket: bucket, Key: key });
  const hash = createHash('sha256');
  for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('base64');
}

/** The newest package that was signed from this one. */
async function findSigned({ calls, source, prefix }: SignPackageOptions): Promise<string | undefined> {
  const { Contents = [] } = await calls.s3.listObjectsV2({
    Bucket: source.bucket,
    Prefix: prefix,
    ...ownerOf(source),
  });
  return Contents.filter(({ Size = 0 }) => Size > 0)
    .toSorted((a, b) => Number(b.LastModified ?? 0) - Number(a.LastModified ?? 0))
    .at(0)?.Key;
}

async function waitForJob(
  jobId: string,
  options: SignPackageOptions,
): Promise<{ readonly bucket: string; readonly key: string }> {
  const { calls, subject, signal, timeoutMs = TIMEOUT_MS, now = () => performance.now(), sleep = pause } = options;
  const giveUpAt = now() + timeoutMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    const { status, statusReason, signedObject } = await calls.signer.describeSigningJob({ jobId });
    const { bucketName, key } = signedObject?.s3 ?? {};
    if (status === 'Succeeded' && bucketName !== undefined && key !== undefined) return { bucket: bucketName, key };
    if (status === 'Failed' || status === 'Succeeded') {
      const reason = statusReason ?? (status === 'Failed' ? 'no reason given' : 'it names no signed object');
      throw new LambdakitError('service-refused', `AWS Signer has not signed the package of ${subject}: ${reason}`, {
        hint: 'Signer takes no archive that is empty, damaged or signed already. Correct the cause and deploy again.',
        details: { service: 'signer', operation: 'DescribeSigningJob', jobId, profileName: options.profileName },
      });
    }
    if (now() + delayMs > giveUpAt) {
      throw new LambdakitError(
        'gave-up-waiting',
        `The signing job ${jobId} for ${subject} is still ${status ?? 'unknown'} after ${Math.round(timeoutMs / 1_000)} s.`,
        {
          hint: 'The job goes on inside AWS. Deploy again later: a package that is signed by then is used.',
          details: { service: 'signer', jobId, profileName: options.profileName },
        },
      );
    }
    await sleep(delayMs, signal);
  }
}

function ownerOf({ accountId }: SignPackageOptions['source']): { readonly ExpectedBucketOwner?: string } {
  return accountId === undefined ? {} : { ExpectedBucketOwner: accountId };
}
