import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTemplate } from '../../../src/actions/export/export-template.js';
import { importProject } from '../../../src/actions/import/import-project.js';
import { loadProject } from '../../../src/config/load-project.js';
import { resolveFunction } from '../../../src/config/resolve-function.js';
import { createFolder, createKit } from '../../service/deploy-kit.js';

const found = spawnSync('python3', ['-c', 'import samtranslator, cfnlint.api'], { stdio: 'ignore' });
const missing = found.status === 0 ? undefined : 'python3 with aws-sam-translator and cfn-lint is not installed';

/** AWS's own translator, and the linter of CloudFormation, over a template from stdin. */
const CHECK = `
import json, os, sys
os.environ['AWS_DEFAULT_REGION'] = 'us-east-1'
from cfnlint.api import lint
from samtranslator.translator.transform import transform
text = sys.stdin.read()
class Loader:
    def load(self): return {'AWSLambdaBasicExecutionRole': 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'}
template = json.loads(text)
for resource in template['Resources'].values():
    for name in ('CodeUri', 'ContentUri'):  # as 'sam package' does
        if name in resource['Properties']: resource['Properties'][name] = 's3://bucket/key'
resources = transform(template, {}, Loader())['Resources']
problems = [f'{m.rule.id} {m.message}' for m in lint(text, regions=['us-east-1']) if m.rule.severity == 'error']
print(json.dumps({'types': sorted({r['Type'] for r in resources.values()}), 'problems': problems}))
`;

const FUNCTIONS = {
  orders: {
    functionName: 'orders-prod',
    code: 'src',
    handler: 'index.handler',
    runtime: 'nodejs22.x',
    description: 'takes orders',
    role: 'auto',
    timeout: 20,
    memorySize: 256,
    ephemeralStorage: 1024,
    architectures: ['arm64'],
    environment: { TABLE: 'orders' },
    layers: ['tools', 'arn:aws:lambda:us-east-1:123456789012:layer:other:3'],
    tags: { team: 'a' },
    tracingConfig: { mode: 'Active' },
    loggingConfig: { logFormat: 'JSON', logRetentionDays: 14 },
    deadLetterConfig: { targetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
    alias: 'live',
    deployment: { type: 'linear', percentage: 10, wait: '1m', alarms: ['errors'] },
    url: { authType: 'AWS_IAM', cors: { allowOrigins: ['https://a.example'] } },
    concurrency: { reserved: 5, provisioned: 1 },
    eventInvokeConfig: {
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destination: 'arn:aws:sqs:us-east-1:123456789012:dead' } },
    },
    permissions: [{ statementId: 'bucket', principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::b' }],
    eventSources: [
      { eventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:q', batchSize: 5 },
      {
        eventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/s',
        startingPosition: 'LATEST',
        filterCriteria: { filters: [{ pattern: '{"data":{"a":[1]}}' }] },
      },
    ],
    schedules: [
      { name: 'nightly', scheduleExpression: 'cron(0 3 * * ? *)', input: { a: 1 } },
      { name: 'berlin', scheduleExpression: 'cron(0 8 * * ? *)', scheduleExpressionTimezone: 'Europe/Berlin' },
    ],
    recursiveLoop: 'Allow',
  },
  named: { code: 'named.zip', handler: 'app.handler', runtime: 'python3.13', role: 'my-role' },
  image: { code: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1', role: 'arn:aws:iam::123456789012:role/r' },
};

function createProject(): string {
  return createFolder({
    'lambdakit.json': JSON.stringify({
      service: 'shop',
      region: 'us-east-1',
      layers: { tools: { content: 'layer', compatibleRuntimes: ['nodejs22.x'] } },
      functions: FUNCTIONS,
    }),
  });
}

const exported = async (folder: string, out?: string) =>
  exportTemplate(
    { names: [], out, format: 'json', workingFolder: folder, isForced: false },
    createKit({ folder, endpoint: 'http://127.0.0.1:9' }).context,
  );

describe('a project that is exported', () => {
  it.skipIf(missing !== undefined)(
    `is a template that the SAM translator and cfn-lint take without an error${missing === undefined ? '' : ` (${missing})`}`,
    async () => {
      const folder = createProject();
      const { text, unmapped } = await exported(folder);
      // The linter wants local code to be there.
      writeFileSync(path.join(folder, 'named.zip'), '');
      const { stdout, stderr } = spawnSync('python3', ['-c', CHECK], { input: text, encoding: 'utf8', cwd: folder });
      const checked = JSON.parse(stdout.trim().split('\n').at(-1) || `{"stderr":${JSON.stringify(stderr)}}`);
      expect(checked).toMatchObject({ problems: [] });
      expect(checked.types).toEqual(
        expect.arrayContaining([
          'AWS::CodeDeploy::DeploymentGroup',
          'AWS::Events::Rule',
          'AWS::IAM::Role',
          'AWS::Lambda::Alias',
          'AWS::Lambda::EventInvokeConfig',
          'AWS::Lambda::EventSourceMapping',
          'AWS::Lambda::Function',
          'AWS::Lambda::LayerVersion',
          'AWS::Lambda::Permission',
          'AWS::Lambda::Url',
          'AWS::Logs::LogGroup',
          'AWS::Scheduler::Schedule',
        ]),
      );
      expect(unmapped.map((entry) => entry.path)).toEqual(['functions.orders.code']);
    },
  );

  it('is the same project again when the template is imported', async () => {
    const folder = createProject();
    const { file } = await exported(folder, 'out/../template.json');
    const into = createFolder();
    const { context } = createKit({ folder: into, endpoint: 'http://127.0.0.1:9' });
    const request = { source: file ?? '', folder: 'again', workingFolder: into, isForced: false };
    const { unmapped } = await importProject(request, context);
    expect(unmapped.map((entry) => entry.path).toSorted()).toEqual([
      'Resources.NamedFunction.Properties.Role',
      'Resources.OrdersFunction.Properties.Policies',
    ]);
    const [before, after] = await Promise.all([
      loadProject({ folder, environment: {} }),
      loadProject({ folder: path.join(into, 'again'), environment: {} }),
    ]);
    const { code: _, layers: __, permissions, schedules, ...wanted } = (await resolveFunction(before, 'orders')).config;
    const { config } = await resolveFunction(after, 'OrdersFunction');
    expect(config).toMatchObject(wanted);
    expect(config.layers).toEqual(['ToolsLayer', 'arn:aws:lambda:us-east-1:123456789012:layer:other:3']);
    expect(config.schedules?.map(({ name, ...others }) => others)).toEqual(
      schedules?.map(({ name, ...others }) => others),
    );
    expect(config.permissions).toMatchObject(permissions?.map(({ statementId, ...others }) => others) ?? []);
    await expect(exported(folder, 'template.json')).rejects.toMatchObject({ code: 'folder-not-empty' });
  });
});
