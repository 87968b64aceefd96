import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const hasAws = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
const CODE = nodePackage(`export const handler = async (event) => { console.log('order', event.n, 'paid'); };`);

describe('the local Logs API with foreign clients', () => {
  let service: TestService;
  let home: string;
  beforeAll(async () => {
    service = await startTestService();
    home = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-logs-clients-'));
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const lambda = new Lambda({ region: 'eu-west-1', credentials, endpoint: service.endpoint });
    const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE, Code: { ZipFile: CODE } } as const;
    await lambda.createFunction({ FunctionName: 'orders', ...code });
    for (const n of [1, 2, 3]) {
      await lambda.invoke({ FunctionName: 'orders', Payload: JSON.stringify({ n }), LogType: 'Tail' });
    }
    lambda.destroy();
  });
  afterAll(async () => {
    await service?.dispose();
    await rm(home, { recursive: true, force: true });
    expect(service?.bugs).toEqual([]);
  });

  function run(
    program: string,
    args: readonly string[],
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      ...service.variables,
      PYENV_ROOT: process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'),
    };
    return new Promise((resolve) => {
      execFile(program, [...args], { env, cwd: home }, (_, stdout, stderr) => resolve({ stdout, stderr }));
    });
  }

  it.skipIf(!hasAws)(
    `answers the aws command by its endpoint variable${hasAws ? '' : ': it is not installed'}`,
    async () => {
      const aws = (...args: string[]) => run('aws', ['--output', 'json', 'logs', ...args]);
      const group = ['--log-group-name', '/aws/lambda/orders'];
      const found = await aws('filter-log-events', ...group, '--filter-pattern', 'paid', '--max-items', '2');
      expect(found.stderr).toBe('');
      expect(
        JSON.parse(found.stdout).events.map(({ message }: { message: string }) => message.split('\t').at(-1)?.trim()),
      ).toEqual(['order 1 paid', 'order 2 paid']);
      const { logStreams } = JSON.parse(
        (await aws('describe-log-streams', ...group, '--order-by', 'LastEventTime')).stdout,
      );
      expect(logStreams).toHaveLength(1);
      const read = await aws(
        'get-log-events',
        ...group,
        '--log-stream-name',
        logStreams[0].logStreamName,
        '--limit',
        '1',
      );
      expect(JSON.parse(read.stdout).events[0].message).toMatch(/^REPORT RequestId: /);
      expect((await aws('describe-log-streams', '--log-group-name', 'none')).stderr).toContain(
        'An error occurred (ResourceNotFoundException) when calling the DescribeLogStreams operation: The specified log group does not exist.',
      );
      const tail = await aws('tail', '/aws/lambda/orders', '--format', 'short');
      if (!tail.stderr.includes('Invalid choice')) expect(tail.stdout.match(/paid/g)).toHaveLength(3);
    },
  );

  it.skipIf(!hasBoto3)(`answers boto3${hasBoto3 ? '' : ': it is not installed'}`, async () => {
    const program = `
import boto3, json
logs = boto3.client('logs')
pages = logs.get_paginator('filter_log_events').paginate(logGroupName='/aws/lambda/orders', filterPattern='"paid"', PaginationConfig={'PageSize': 1})
found = [event['message'].split('\\t')[-1].strip() for page in pages for event in page['events']]
logs.create_log_group(logGroupName='mine', tags={'a': 'b'})
logs.create_log_stream(logGroupName='mine', logStreamName='s')
import time
logs.put_log_events(logGroupName='mine', logStreamName='s', logEvents=[{'timestamp': int(time.time() * 1000), 'message': 'Grüße'}])
read = [event['message'] for event in logs.get_log_events(logGroupName='mine', logStreamName='s')['events']]
logs.put_retention_policy(logGroupName='mine', retentionInDays=3)
groups = [(group['logGroupName'], group.get('retentionInDays')) for page in logs.get_paginator('describe_log_groups').paginate() for group in page['logGroups']]
try:
    logs.create_log_group(logGroupName='mine')
except logs.exceptions.ResourceAlreadyExistsException as error:
    refused = error.response['Error']['Message']
logs.delete_log_group(logGroupName='mine')
print(json.dumps({'found': found, 'read': read, 'groups': groups, 'refused': refused}))
`;
    const { stdout, stderr } = await run('python3', ['-c', program]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      found: ['order 1 paid', 'order 2 paid', 'order 3 paid'],
      read: ['Grüße'],
      groups: [
        ['/aws/lambda/orders', null],
        ['mine', 3],
      ],
      refused: 'The specified log group already exists',
    });
  });
});
