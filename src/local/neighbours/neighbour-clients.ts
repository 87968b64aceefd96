import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** SDK clients of the local S3, SQS and SNS, one per region, loaded when first asked for. */
export interface NeighbourClients {
  s3(region: string): Promise<S3Client>;
  sns(region: string): Promise<SNSClient>;
  sqs(region: string): Promise<SQSClient>;
  dispose(): void;
}

/** fauxqs owns everything under this account; ARNs with another one are taken for it. */
export const NEIGHBOUR_ACCOUNT_ID = '000000000000';

/** Accepted by the local services, valid nowhere else. */
export const DUMMY_CREDENTIALS = { accessKeyId: 'lambdakit', secretAccessKey: 'lambdakit' } as const;

export function createNeighbourClients(endpoint: string): NeighbourClients {
  const clients = new Map<string, { destroy(): void }>();
  const config = (region: string) => ({ endpoint, region, credentials: DUMMY_CREDENTIALS, maxAttempts: 2 });
  const once = <T extends { destroy(): void }>(key: string, make: () => T): T => {
    const known = clients.get(key) as T | undefined;
    if (known !== undefined) return known;
    const client = make();
    clients.set(key, client);
    return client;
  };
  return {
    async s3(region) {
      const { S3Client } = await import('@aws-sdk/client-s3');
      return once(`s3/${region}`, () => new S3Client({ ...config(region), forcePathStyle: true }));
    },
    async sns(region) {
      const { SNSClient } = await import('@aws-sdk/client-sns');
      return once(`sns/${region}`, () => new SNSClient(config(region)));
    },
    async sqs(region) {
      const { SQSClient } = await import('@aws-sdk/client-sqs');
      return once(`sqs/${region}`, () => new SQSClient({ ...config(region), useQueueUrlAsEndpoint: false }));
    },
    dispose() {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}
