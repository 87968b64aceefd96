import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestService, type TestService } from '../service/local-service-kit.js';
import { createProject, runBin, writeFiles } from './bin-kit.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.dispose());

it('imports a deployed function, finds it unchanged, and exports it', async () => {
  const cwd = createProject('return { hello: event.name };', {
    role: 'arn:aws:iam::000000000000:role/hello',
    alias: 'live',
    environment: { TABLE: 'one' },
  });
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: service.endpoint,
  };
  expect((await runBin(['deploy', '--quiet'], { cwd, env })).code).toBe(0);
  const imported = await runBin(['import', 'hello', 'copy', '--quiet'], { cwd, env });
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('Imported hello into') });
  expect(existsSync(path.join(cwd, 'copy/src/index.mjs'))).toBe(true);
  const diff = await runBin(['diff', '--exit-code'], { cwd: path.join(cwd, 'copy'), env });
  expect(diff).toMatchObject({ code: 0, stdout: expect.stringContaining('hello: unchanged') });

  const copy = path.join(cwd, 'copy');
  const exported = await runBin(['export', '--format', 'json', '--quiet'], { cwd: copy });
  const { Resources } = JSON.parse(exported.stdout);
  expect(Resources.HelloFunction.Properties).toMatchObject({
    AutoPublishAlias: 'live',
    Environment: { Variables: { TABLE: 'one' } },
  });
  expect((await runBin(['export', '--out', 'template.yaml', '--quiet'], { cwd: copy })).code).toBe(0);
  expect(readFileSync(path.join(copy, 'template.yaml'), 'utf8')).toContain('Type: AWS::Serverless::Function');
  expect((await runBin(['export', '--out', 'template.yaml'], { cwd: copy })).code).toBe(2);
});

it('lists what it could not take over on stderr, and in the document', async () => {
  const cwd = createProject('return 1;');
  const template =
    'Resources:\n  Q:\n    Type: AWS::SQS::Queue\n  F:\n    Type: AWS::Serverless::Function\n    Properties: { CodeUri: src, Handler: index.handler, Runtime: nodejs24.x }\n';
  writeFiles(cwd, { 'old/template.yaml': template });
  const { code, stdout, stderr } = await runBin(['import', 'old/template.yaml', 'new', '--json'], { cwd });
  expect(code).toBe(0);
  expect(stderr).toContain('! Resources.Q: AWS::SQS::Queue is no function');
  expect(JSON.parse(stdout)).toMatchObject({ functions: ['F'], unmapped: [{ path: 'Resources.Q' }] });
  const file = JSON.parse(readFileSync(path.join(cwd, 'new/lambdakit.json'), 'utf8'));
  expect(file.functions.F).toMatchObject({ code: '../old/src', role: 'auto' });
  expect((await runBin(['import', 'old/template.yaml', 'new'], { cwd })).code).toBe(2);
});
