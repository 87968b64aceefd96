import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const COUNT = 5;
const region = 'us-east-1';
const arn = (n: number) => `arn:aws:kinesis:${region}:000000000000:stream/s${n}`;

let service: TestService;
let lambda: sdk.LambdaClient;
beforeAll(async () => {
  service = await startTestService();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  lambda = new sdk.LambdaClient({ endpoint: service.endpoint, region, credentials, maxAttempts: 1 });
  const CodeSigningConfigArn = await signingConfigs();
  for (let n = 1; n <= COUNT; n += 1) {
    await lambda.send(
      new sdk.CreateFunctionCommand({
        FunctionName: `f${n}`,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: ECHO },
        CodeSigningConfigArn,
      }),
    );
    await lambda.send(new sdk.PublishLayerVersionCommand({ LayerName: `l${n}`, Content: { ZipFile: ECHO } }));
    const again = { LayerName: 'l1', Content: { ZipFile: ECHO } };
    if (n > 1) await lambda.send(new sdk.PublishLayerVersionCommand(again));
    await version(n);
  }
}, 120_000);
afterAll(async () => {
  lambda.destroy();
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

async function signingConfigs(): Promise<string> {
  const AllowedPublishers = {
    SigningProfileVersionArns: [`arn:aws:signer:${region}:000000000000:/signing-profiles/p/1234567890`],
  };
  const made = [];
  for (let n = 0; n < COUNT; n += 1)
    made.push(await lambda.send(new sdk.CreateCodeSigningConfigCommand({ AllowedPublishers })));
  return made[0]!.CodeSigningConfig!.CodeSigningConfigArn!;
}

/** A version of `f1` with all that can stand at one. */
async function version(n: number): Promise<void> {
  const FunctionName = 'f1';
  const ZipFile = nodePackage(`export const handler = async () => ${n};`);
  await lambda.send(new sdk.UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }));
  const Qualifier = `a${n}`;
  await lambda.send(new sdk.CreateAliasCommand({ FunctionName, Name: Qualifier, FunctionVersion: `${n}` }));
  await lambda.send(new sdk.PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier, MaximumRetryAttempts: 1 }));
  await lambda.send(new sdk.CreateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: 'NONE' }));
  const provisioned = { FunctionName, Qualifier, ProvisionedConcurrentExecutions: 1 };
  await lambda.send(new sdk.PutProvisionedConcurrencyConfigCommand(provisioned));
  const mapping = { FunctionName, EventSourceArn: arn(n), StartingPosition: 'LATEST', Enabled: false } as const;
  await lambda.send(new sdk.CreateEventSourceMappingCommand(mapping));
}

const config = () => ({ client: lambda, pageSize: 2 });
const FunctionName = 'f1';

describe('a list that is longer than a page', () => {
  it.each<readonly [string, () => AsyncIterable<object>, string, number]>([
    ['ListFunctions', () => sdk.paginateListFunctions(config(), {}), 'Functions', COUNT],
    [
      'ListFunctions with all versions',
      () => sdk.paginateListFunctions(config(), { FunctionVersion: 'ALL' }),
      'Functions',
      2 * COUNT,
    ],
    [
      'ListVersionsByFunction',
      () => sdk.paginateListVersionsByFunction(config(), { FunctionName }),
      'Versions',
      COUNT + 1,
    ],
    ['ListAliases', () => sdk.paginateListAliases(config(), { FunctionName }), 'Aliases', COUNT],
    ['ListLayers', () => sdk.paginateListLayers(config(), {}), 'Layers', COUNT],
    ['ListLayerVersions', () => sdk.paginateListLayerVersions(config(), { LayerName: 'l1' }), 'LayerVersions', COUNT],
    ['ListEventSourceMappings', () => sdk.paginateListEventSourceMappings(config(), {}), 'EventSourceMappings', COUNT],
    [
      'ListFunctionEventInvokeConfigs',
      () => sdk.paginateListFunctionEventInvokeConfigs(config(), { FunctionName }),
      'FunctionEventInvokeConfigs',
      COUNT,
    ],
    [
      'ListFunctionUrlConfigs',
      () => sdk.paginateListFunctionUrlConfigs(config(), { FunctionName }),
      'FunctionUrlConfigs',
      COUNT,
    ],
    [
      'ListProvisionedConcurrencyConfigs',
      () => sdk.paginateListProvisionedConcurrencyConfigs(config(), { FunctionName }),
      'ProvisionedConcurrencyConfigs',
      COUNT,
    ],
    ['ListCodeSigningConfigs', () => sdk.paginateListCodeSigningConfigs(config(), {}), 'CodeSigningConfigs', COUNT],
    ['ListFunctionsByCodeSigningConfig', () => allOfFirstConfig(), 'FunctionArns', COUNT],
  ])('%s: comes in pages of two, whole and without repetition', async (_, pages, member, total) => {
    const items: string[] = [];
    let isLast = false;
    for await (const page of pages()) {
      const found = (page as Record<string, readonly unknown[]>)[member] ?? [];
      expect(found.length).toBeLessThanOrEqual(2);
      expect(isLast).toBe(false);
      isLast = (page as { NextMarker?: string }).NextMarker === undefined;
      items.push(...found.map((item) => JSON.stringify(item)));
    }
    expect(isLast).toBe(true);
    expect(items).toHaveLength(total);
    expect(new Set(items).size).toBe(total);
  });

  it('is covered for every paginator that the SDK has and the service implements', () => {
    const known = Object.keys(sdk)
      .filter((name) => name.startsWith('paginate'))
      .map((name) => name.slice('paginate'.length))
      .filter((name) => !/Durable|CapacityProvider/.test(name));
    expect(known.sort()).toEqual([
      'ListAliases',
      'ListCodeSigningConfigs',
      'ListEventSourceMappings',
      'ListFunctionEventInvokeConfigs',
      'ListFunctionUrlConfigs',
      'ListFunctions',
      'ListFunctionsByCodeSigningConfig',
      'ListLayerVersions',
      'ListLayers',
      'ListProvisionedConcurrencyConfigs',
      'ListVersionsByFunction',
    ]);
  });
});

async function* allOfFirstConfig(): AsyncIterable<object> {
  const { CodeSigningConfigArn } = await lambda.send(new sdk.GetFunctionCodeSigningConfigCommand({ FunctionName }));
  yield* sdk.paginateListFunctionsByCodeSigningConfig(config(), { CodeSigningConfigArn });
}
