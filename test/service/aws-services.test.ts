import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService } from './local-service-kit.js';

const SOURCE = nodePackage(
  `export const handler = async () => Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL_')).sort();`,
);

it.each([
  [[], ['CLOUDWATCH_LOGS', 'LAMBDA', 'LOGS', 'S3', 'SNS', 'SQS']],
  [['s3'], ['CLOUDWATCH_LOGS', 'LAMBDA', 'LOGS', 'SNS', 'SQS']],
  [
    ['logs', 'lambda', 'sns'],
    ['S3', 'SQS'],
  ],
] as const)('points functions at the local side of all services but %j', async (awsServices, local) => {
  const service = await startTestService({ awsServices });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
  const code = { Code: { ZipFile: SOURCE }, Role: ROLE, Handler: 'index.handler', Runtime: 'nodejs24.x' } as const;
  await client.send(new CreateFunctionCommand({ ...code, FunctionName: 'env' }));
  const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'env' }));
  expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual(local.map((name) => `AWS_ENDPOINT_URL_${name}`));
  // Programs of the user find all of them.
  expect(Object.keys(service.variables).sort()).toEqual(
    ['CLOUDWATCH_LOGS', 'LAMBDA', 'LOGS', 'S3', 'SNS', 'SQS'].map((name) => `AWS_ENDPOINT_URL_${name}`),
  );
  client.destroy();
  await service.dispose();
  expect(service.bugs).toEqual([]);
});
