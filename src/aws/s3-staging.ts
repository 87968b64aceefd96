import { isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import { createReadStream, stat } from '../system/files.js';
import type { S3Calls } from './neighbour-calls.js';
import { unlessNotFound } from './not-found.js';

export type StagingCalls = Pick<
  S3Calls,
  | 'headBucket'
  | 'createBucket'
  | 'putBucketEncryption'
  | 'putPublicAccessBlock'
  | 'putBucketLifecycleConfiguration'
  | 'getBucketVersioning'
  | 'putBucketVersioning'
  | 'headObject'
  | 'putObject'
  | 'createMultipartUpload'
  | 'uploadPart'
  | 'completeMultipartUpload'
  | 'abortMultipartUpload'
>;

/** Where a package is put on its way to Lambda. */
export interface StagingPlace {
  readonly bucket: string;
  readonly region: string;
  /** The account that must own the bucket; a bucket of that name elsewhere is somebody's trap. Undefined: any. */
  readonly accountId: string | undefined;
}

export interface StagePackageOptions {
  readonly calls: StagingCalls;
  readonly place: StagingPlace;
  readonly key: string;
  readonly file: string;
  readonly signal: AbortSignal;
  /** The bucket must keep versions, as AWS Signer wants of the one it reads from. */
  readonly needsVersions?: boolean;
  /** Told after each part. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  readonly onBucketCreated?: (bucket: string) => void;
}

/** S3 wants parts of 5 MB or more (S3 user guide, "Multipart upload limits"). */
const PART_BYTES = 8 * 1_048_576;
const PARTS_AT_ONCE = 3;
/** Lambda keeps a copy of its own, so a staged package is of no use once it is deployed. */
const KEEP_DAYS = 7;

/** The bucket that is used, and made, where the user names none. */
export function defaultBucketName(accountId: string, region: string): string {
  return `lambdakit-staging-${accountId}-${region}`;
}

/** The key of a package: its content's SHA-256, so that the same package never travels twice. */
export function stagingKey(prefix: string, codeSha256: string): string {
  return `${prefix.replace(/^\/+|\/+$/g, '') || 'lambdakit'}/${Buffer.from(codeSha256, 'base64').toString('hex')}.zip`;
}

/** Where the packages are put that a profile has signed from the one with this hash. */
export function signedPrefix(
  prefix: string,
  codeSha256: string,
  { profileName, profileOwner }: { readonly profileName: string; readonly profileOwner?: string | undefined },
): string {
  const signer = profileOwner === undefined ? profileName : `${profileOwner}-${profileName}`;
  return stagingKey(prefix, codeSha256).replace(/([^/]+)\.zip$/, `signed/${signer}/$1/`);
}

/**
 * Puts a package into the bucket unless it is there already; the bucket is made when it is missing.
 * @throws LambdakitError `access-denied`, `invalid-input` for a bucket in another region, or one of somebody else
 * that keeps no versions where they are needed.
 */
export async function stagePackage(options: StagePackageOptions): Promise<'uploaded' | 'present'> {
  const { calls, place, key, file, needsVersions = false } = options;
  const bucket = await ensureBucket(options);
  if (needsVersions) await ensureVersions(calls, place, bucket === 'made');
  const target = { Bucket: place.bucket, Key: key, ...ownerOf(place) };
  const { size } = await stat(file);
  const present = await unlessNotFound(calls.headObject(target));
  if (present?.ContentLength === size && (!needsVersions || hasVersion(present))) return 'present';
  if (size <= PART_BYTES) {
    const { readFile } = await import('../system/files.js');
    await calls.putObject({ ...target, Body: await readFile(file), ContentType: 'application/zip' });
    options.onProgress?.(size, size);
  } else {
    await uploadInParts(options, target, size);
  }
  return 'uploaded';
}

async function ensureBucket({ calls, place, onBucketCreated }: StagePackageOptions): Promise<'made' | 'present'> {
  const { bucket, region } = place;
  const found = await headBucket(calls, place);
  if (found !== undefined) {
    const actual = found.BucketRegion;
    if (actual === undefined || actual === region) return 'present';
    throw new LambdakitError('invalid-input', `The bucket ${bucket} is in ${actual}, and the function in ${region}.`, {
      hint: 'Lambda reads packages from its own region only: name a bucket there with --s3-bucket, or none.',
    });
  }
  try {
    await calls.createBucket({
      Bucket: bucket,
      // The first region has no location of its own (S3 API reference, CreateBucket).
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
    });
  } catch (error) {
    // Another deployment was quicker.
    if (!isLambdakitError(error) || error.details?.awsCode !== 'BucketAlreadyOwnedByYou') throw error;
  }
  onBucketCreated?.(bucket);
  await protectBucket(calls, place);
  return 'made';
}

async function protectBucket(calls: StagingCalls, place: StagingPlace): Promise<void> {
  const target = { Bucket: place.bucket, ...ownerOf(place) };
  await calls.putPublicAccessBlock({
    ...target,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  await calls.putBucketEncryption({
    ...target,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  });
  await limitLife(calls, place);
}

async function limitLife(calls: StagingCalls, place: StagingPlace): Promise<void> {
  await calls.putBucketLifecycleConfiguration({
    Bucket: place.bucket,
    ...ownerOf(place),
    LifecycleConfiguration: {
      Rules: [
        {
          ID: 'lambdakit',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          Expiration: { Days: KEEP_DAYS },
          // Where versions are kept, an object that has expired is only hidden.
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    },
  });
}

/** Turns versions on in a bucket that is ours; in one that the user has named they are the user's to turn on. */
async function ensureVersions(calls: StagingCalls, place: StagingPlace, isMade: boolean): Promise<void> {
  const target = { Bucket: place.bucket, ...ownerOf(place) };
  const { Status } = isMade ? { Status: undefined } : await calls.getBucketVersioning(target);
  if (Status === 'Enabled') return;
  const isOurs = isMade || place.accountId !== undefined;
  if (!isOurs) {
    throw new LambdakitError(
      'invalid-input',
      `The bucket ${place.bucket} keeps no versions, and AWS Signer reads from a bucket that does.`,
      { hint: 'Turn versioning on for it, or name no bucket: the staging bucket is made as Signer wants it.' },
    );
  }
  await calls.putBucketVersioning({ ...target, VersioningConfiguration: { Status: 'Enabled' } });
  if (!isMade) await limitLife(calls, place);
}

/** False for an object from before versions were turned on. */
function hasVersion({ VersionId }: { readonly VersionId?: string | undefined }): boolean {
  return VersionId !== undefined && VersionId !== 'null';
}

async function headBucket(
  calls: StagingCalls,
  place: StagingPlace,
): Promise<{ readonly BucketRegion?: string | undefined } | undefined> {
  const { bucket, region } = place;
  try {
    return await unlessNotFound(calls.headBucket({ Bucket: bucket, ...ownerOf(place) }));
  } catch (error) {
    if (!isLambdakitError(error)) throw error;
    const { status } = (error.details ?? {}) as { readonly status?: number };
    // HeadBucket answers without a body, so that the status is all there is.
    if (status === 301) {
      throw new LambdakitError('invalid-input', `The bucket ${bucket} is not in ${region}.`, {
        hint: 'Lambda reads packages from its own region only: name a bucket there with --s3-bucket, or none.',
        cause: error,
      });
    }
    if (status === 403) {
      throw new LambdakitError(
        'access-denied',
        `You may not use the bucket ${bucket}, or it belongs to somebody else.`,
        {
          hint: 'Allow s3:ListBucket, s3:GetObject and s3:PutObject on it, or name another one with --s3-bucket.',
          cause: error,
        },
      );
    }
    throw error;
  }
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Sends parts of the file side by side. Each part is a call of its own, repeated by the rules of all
 * calls; a broken upload leaves nothing that is paid for.
 */
async function uploadInParts(options: StagePackageOptions, target: Target, size: number): Promise<void> {
  const { calls, file, signal, onProgress } = options;
  const { UploadId } = await calls.createMultipartUpload({ ...target, ContentType: 'application/zip' });
  const count = Math.ceil(size / PART_BYTES);
  const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
  let sent = 0;
  let next = 1;
  const worker = async (): Promise<void> => {
    for (let PartNumber = next++; PartNumber <= count; PartNumber = next++) {
      signal.throwIfAborted();
      const start = (PartNumber - 1) * PART_BYTES;
      const Body = await readPart(file, start, Math.min(start + PART_BYTES, size));
      const { ETag } = await calls.uploadPart({ ...target, UploadId, PartNumber, Body });
      parts.push({ PartNumber, ETag });
      sent += Body.length;
      onProgress?.(sent, size);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, worker));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    // Best effort: the lifecycle rule of the bucket removes what stays behind.
    await calls.abortMultipartUpload({ ...target, UploadId }).catch(() => undefined);
    throw failure.reason;
  }
  const Parts = parts.toSorted((a, b) => a.PartNumber - b.PartNumber);
  await calls.completeMultipartUpload({ ...target, UploadId, MultipartUpload: { Parts } });
}

async function readPart(file: string, start: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start, end: end - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function ownerOf({ accountId }: StagingPlace): { readonly ExpectedBucketOwner?: string } {
  return accountId === undefined ? {} : { ExpectedBucketOwner: accountId };
}
