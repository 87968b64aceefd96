import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  defaultBucketName,
  type StagePackageOptions,
  type StagingCalls,
  stagePackage,
  stagingKey,
} from '../../../src/aws/s3-staging.js';
import { LambdakitError } from '../../../src/errors/lambdakit-error.js';

const MISSING = new LambdakitError('not-found', 'none', { details: { status: 404 } });
const PART = 8 * 1_048_576;

/** S3 with one bucket, that remembers what was called; single calls can be made otherwise. */
function s3(otherwise: Partial<Record<keyof StagingCalls, (request: never) => Promise<unknown>>> = {}) {
  const called: string[] = [];
  const usual: Record<string, (request: Record<string, unknown>) => Promise<unknown>> = {
    headBucket: async () => ({ BucketRegion: 'eu-west-1' }),
    headObject: async () => {
      throw MISSING;
    },
    createMultipartUpload: async () => ({ UploadId: 'u' }),
    uploadPart: async ({ PartNumber }) => ({ ETag: `e${String(PartNumber)}` }),
  };
  const calls = new Proxy({} as StagingCalls, {
    get: (_, name: keyof StagingCalls) => async (request: never) => {
      called.push(name);
      return (otherwise[name] ?? usual[name] ?? (async () => ({})))(request);
    },
  });
  return { calls, called };
}

function options(calls: StagingCalls, bytes: number, more: Partial<StagePackageOptions> = {}): StagePackageOptions {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-staging-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'a.zip'), new Uint8Array(bytes));
  return {
    calls,
    place: { bucket: 'b', region: 'eu-west-1', accountId: '123456789012' },
    key: 'k',
    file: path.join(folder, 'a.zip'),
    signal: new AbortController().signal,
    ...more,
  };
}

describe('a staged package', () => {
  it('has its hash for a key, and a bucket by account and region', () => {
    const sha256 = Buffer.alloc(32, 0xab).toString('base64');
    expect(stagingKey('/packages/', sha256)).toBe(`packages/${'ab'.repeat(32)}.zip`);
    expect(stagingKey('', sha256)).toBe(`lambdakit/${'ab'.repeat(32)}.zip`);
    expect(defaultBucketName('123456789012', 'eu-west-1')).toBe('lambdakit-staging-123456789012-eu-west-1');
  });

  it('is not sent when it is there, and is when only a part of it is', async () => {
    const there = s3({ headObject: async () => ({ ContentLength: 10 }) });
    expect(await stagePackage(options(there.calls, 10))).toBe('present');
    expect(there.called).toEqual(['headBucket', 'headObject']);
    const cut = s3({ headObject: async () => ({ ContentLength: 9 }) });
    expect(await stagePackage(options(cut.calls, 10))).toBe('uploaded');
    expect(cut.called).toEqual(['headBucket', 'headObject', 'putObject']);
  });

  it('goes in parts that end up in their order, whichever was there first', async () => {
    const completed: unknown[] = [];
    let arrive: () => void = () => undefined;
    const last = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { calls } = s3({
      uploadPart: async ({ PartNumber }: { PartNumber: number }) => {
        // The first part is the last to arrive.
        if (PartNumber === 4) arrive();
        if (PartNumber === 1) await last;
        return { ETag: `e${PartNumber}` };
      },
      completeMultipartUpload: async ({ MultipartUpload }: { MultipartUpload: unknown }) => {
        completed.push(MultipartUpload);
        return {};
      },
    });
    const progress: number[] = [];
    await stagePackage(options(calls, PART * 3 + 1, { onProgress: (sent) => progress.push(sent) }));
    expect(completed).toEqual([{ Parts: [1, 2, 3, 4].map((PartNumber) => ({ PartNumber, ETag: `e${PartNumber}` })) }]);
    expect(progress.at(-1)).toBe(PART * 3 + 1);
  });

  it('leaves no parts behind when one cannot be sent', async () => {
    const failure = new LambdakitError('access-denied', 'no');
    const { calls, called } = s3({ uploadPart: () => Promise.reject(failure) });
    await expect(stagePackage(options(calls, PART * 2))).rejects.toBe(failure);
    expect(called.at(-1)).toBe('abortMultipartUpload');
  });
});

describe('the bucket', () => {
  it.each([
    [
      { headBucket: async () => ({ BucketRegion: 'us-west-2' }) },
      'The bucket b is in us-west-2, and the function in eu-west-1.',
    ],
    [
      { headBucket: () => Promise.reject(new LambdakitError('service-refused', 'x', { details: { status: 301 } })) },
      'The bucket b is not in eu-west-1.',
    ],
    [
      { headBucket: () => Promise.reject(new LambdakitError('access-denied', 'x', { details: { status: 403 } })) },
      'You may not use the bucket b, or it belongs to somebody else.',
    ],
  ])('is refused with the reason: %#', async (otherwise, message) => {
    const { calls, called } = s3(otherwise);
    await expect(stagePackage(options(calls, 1))).rejects.toThrow(message);
    expect(called).toEqual(['headBucket']);
  });

  it("is made once, also when another deployment is quicker, and must be our account's", async () => {
    const owners: unknown[] = [];
    const { calls, called } = s3({
      headBucket: ({ ExpectedBucketOwner }: { ExpectedBucketOwner: string }) => {
        owners.push(ExpectedBucketOwner);
        return Promise.reject(MISSING);
      },
      createBucket: () =>
        Promise.reject(new LambdakitError('service-refused', 'x', { details: { awsCode: 'BucketAlreadyOwnedByYou' } })),
    });
    expect(await stagePackage(options(calls, 1))).toBe('uploaded');
    expect(called).toEqual([
      'headBucket',
      'createBucket',
      'putPublicAccessBlock',
      'putBucketEncryption',
      'putBucketLifecycleConfiguration',
      'headObject',
      'putObject',
    ]);
    expect(owners).toEqual(['123456789012']);
  });
});
