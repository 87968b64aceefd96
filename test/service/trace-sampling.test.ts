import { CreateFunctionCommand, CreateFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const SOURCE = nodePackage(
  'export const handler = async (event) => [process.env._X_AMZN_TRACE_ID, event.headers?.["x-amzn-trace-id"] ?? null];',
);

let service: TestService;
let lambda: LambdaClient;
beforeAll(async () => {
  service = await startTestService({
    noSignRequest: true,
    routes: [{ route: 'GET /traced', front: 'http', functionName: 'routed', region: 'us-east-1' }],
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  lambda = new LambdaClient({ endpoint: service.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  lambda.destroy();
  await service.dispose();
  expect(service.bugs).toEqual([]);
});

const create = (FunctionName: string, Mode: 'Active' | 'PassThrough') =>
  lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE, Code: { ZipFile: SOURCE } },
      TracingConfig: { Mode },
    }),
  );

/** The trace header that a function sees, that its event holds, and that its caller gets. */
async function traces(path: string, init?: RequestInit) {
  const answer = await fetch(`${service.endpoint}${path}`, init);
  const [seen, told] = (await answer.json()) as [string, string | null];
  return { seen, told, answered: answer.headers.get('x-amzn-trace-id') };
}

const invoke = (name: string, traceHeader?: string) =>
  traces(`/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    headers: traceHeader === undefined ? {} : { 'x-amzn-trace-id': traceHeader },
  });

it('is decided by the rule of X-Ray for a function with active tracing, and by nobody for others', async () => {
  await create('active', 'Active');
  await create('passing', 'PassThrough');
  const active = await invoke('active');
  expect(active.seen).toContain(';Sampled=1;');
  expect(active.answered).toBe(active.seen);
  expect((await invoke('passing')).seen).toContain(';Sampled=0;');
});

it('is left to a caller who has decided', async () => {
  await create('decided', 'Active');
  const given = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';
  expect((await invoke('decided', given)).seen).toMatch(new RegExp(`^${given};Lineage=`));
});

it('is the same for a function behind a URL or a route, its event and its caller', async () => {
  await create('reached', 'Active');
  await create('routed', 'Active');
  const url = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: 'reached', AuthType: 'NONE' }));
  const { hostname } = new URL(url.FunctionUrl!);
  const reached = await traces(`/lambda-url/${hostname.split('.')[0]}/`);
  expect(reached.told).toMatch(/;Sampled=1$/);
  expect(reached).toEqual({ seen: reached.told, told: reached.told, answered: reached.told });
  const routed = await traces('/_routes/traced');
  expect(routed.told).toMatch(/;Sampled=1$/);
  expect(routed.seen).toBe(routed.told);
});
