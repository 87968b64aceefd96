import { expect, it } from 'vitest';
import { type SigningCalls, signPackage } from '../../../src/aws/sign-package.js';

it('a job that does not end is given up after its time, and named', async () => {
  let [now, looks] = [0, 0];
  const calls = {
    s3: { listObjectsV2: async () => ({}), headObject: async () => ({ VersionId: 'v1' }) },
    signer: {
      startSigningJob: async () => ({ jobId: 'job-1' }),
      describeSigningJob: async () => {
        looks++;
        return { status: 'InProgress' };
      },
    },
  } as unknown as SigningCalls;
  const signing = signPackage({
    calls,
    subject: 'hello',
    source: { bucket: 'b', key: 'k' },
    prefix: 'p/',
    profileName: 'mine',
    requestToken: 't',
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    now: () => now,
    sleep: async (delayMs) => {
      now += delayMs;
    },
  });
  await expect(signing).rejects.toMatchObject({
    code: 'gave-up-waiting',
    message: 'The signing job job-1 for hello is still InProgress after 60 s.',
  });
  expect(looks).toBeGreaterThan(20);
  expect(looks).toBeLessThan(30);
});
