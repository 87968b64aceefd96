import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { TestService } from '../../service/local-service-kit.js';

/** Makes the bucket `bucket` in the service's own S3, with packages by their keys. */
export async function fillBucket(
  { variables }: TestService,
  packages: Readonly<Record<string, Buffer>>,
): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const endpoint = variables.AWS_ENDPOINT_URL_S3!;
  const s3 = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  for (const [Key, Body] of Object.entries(packages)) {
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body }));
  }
  s3.destroy();
}
