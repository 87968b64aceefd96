import { createHash } from 'node:crypto';
import { LIMITS } from '../../lambda/limits.js';
import { invalidParameter, tooLarge } from '../core/catalog/api-error.js';
import type { CodeRecord } from '../core/catalog/records.js';
import { InvalidZip, ZipTooLarge } from '../store/invalid-zip.js';
import type { ApiCall, ApiServices } from './services.js';

/** The ways to hand over code that CreateFunction, UpdateFunctionCode and PublishLayerVersion share. */
export interface PackageSource {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
  readonly ImageUri?: string | undefined;
  readonly SourceKMSKeyArn?: string | undefined;
  readonly S3ObjectStorageMode?: string | undefined;
}

/** Takes a deployment package in: reads, checks, unpacks and keeps it. @throws ApiError in the API's words */
export async function takePackage(
  services: ApiServices,
  call: Pick<ApiCall, 'region'>,
  source: PackageSource,
): Promise<CodeRecord> {
  if (source.ImageUri !== undefined) return describeImage(source.ImageUri);
  const zip = await readZip(services, call, source);
  if (zip.length > LIMITS.zippedBytes && source.ZipFile !== undefined) {
    throw tooLarge(`Zipped size must be smaller than ${LIMITS.zippedBytes} bytes`);
  }
  try {
    const stored = await services.state.code.add(zip);
    return {
      CodeSha256: stored.sha256,
      CodeSize: stored.bytes,
      UnzippedSize: stored.unzippedBytes,
      ...referenceOf(source),
    };
  } catch (error) {
    if (error instanceof ZipTooLarge) {
      throw invalidParameter(`Unzipped size must be smaller than ${LIMITS.unzippedBytes} bytes`);
    }
    if (error instanceof InvalidZip) {
      throw invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.');
    }
    throw error;
  }
}

/** What GetFunction tells of the package's origin; locally it is copied all the same. */
function referenceOf({ SourceKMSKeyArn, S3ObjectStorageMode, ...source }: PackageSource): Partial<CodeRecord> {
  const { S3Bucket, S3Key, S3ObjectVersion } = source;
  const isReference = S3ObjectStorageMode === 'REFERENCE' && S3Bucket !== undefined && S3Key !== undefined;
  return {
    ...(SourceKMSKeyArn !== undefined && SourceKMSKeyArn !== '' && { SourceKMSKeyArn }),
    ...(isReference && {
      ResolvedS3Object: { S3Bucket, S3Key, ...(S3ObjectVersion !== undefined && { S3ObjectVersion }) },
    }),
  };
}

async function readZip(services: ApiServices, call: Pick<ApiCall, 'region'>, source: PackageSource): Promise<Buffer> {
  if (source.ZipFile !== undefined) {
    if (source.S3Bucket !== undefined || source.S3Key !== undefined || source.S3ObjectVersion !== undefined) {
      throw invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
    }
    if (source.ZipFile.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
    return Buffer.from(source.ZipFile.buffer, source.ZipFile.byteOffset, source.ZipFile.byteLength);
  }
  if (source.S3Bucket === undefined || source.S3Key === undefined) {
    throw invalidParameter('Please provide a source for function code.');
  }
  return services.fetchObject({
    region: call.region,
    bucket: source.S3Bucket,
    key: source.S3Key,
    version: source.S3ObjectVersion,
  });
}

/** The image's address by its digest, without the tag. */
export function resolvedImageUri(imageUri: string, digest: string): string {
  return `${imageUri.replace(/@sha256:[0-9a-f]{64}$/, '').replace(/:[^:/]+$/, '')}@sha256:${digest}`;
}

function describeImage(imageUri: string): CodeRecord {
  // No registry is asked: where the address has no digest, one that is the same for the same address stands for it.
  const digest = /@sha256:([0-9a-f]{64})$/.exec(imageUri)?.[1] ?? createHash('sha256').update(imageUri).digest('hex');
  return { CodeSha256: digest, CodeSize: 0, UnzippedSize: 0, ImageUri: imageUri };
}
