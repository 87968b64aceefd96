import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO, ROLE, startTestService, type TestService } from '../../service/local-service-kit.js';

const hasAws = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;

interface AwsResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(!hasAws)(`the aws command${hasAws ? '' : ': it is not installed'}`, () => {
  let service: TestService;
  let folder: string;
  beforeAll(async () => {
    service = await startTestService();
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-aws-'));
    await writeFile(path.join(folder, 'fn.zip'), ECHO);
  });
  afterAll(async () => {
    await service?.dispose();
    await rm(folder, { recursive: true, force: true });
    expect(service?.bugs).toEqual([]);
  });

  function aws(...args: string[]): Promise<AwsResult> {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      PYENV_ROOT: process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'),
    };
    return new Promise((resolve) => {
      execFile(
        'aws',
        ['--endpoint-url', service.endpoint, '--output', 'json', 'lambda', ...args],
        { env, cwd: folder },
        (error, stdout, stderr) => {
          resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
        },
      );
    });
  }

  async function json(...args: string[]) {
    const result = await aws(...args);
    expect(result.exitCode, result.stderr).toBe(0);
    return result.stdout === '' ? undefined : JSON.parse(result.stdout);
  }

  it('takes a function through its life', async () => {
    const name = ['--function-name', 'cli'];
    const created = await json(
      'create-function',
      ...name,
      '--runtime',
      'nodejs24.x',
      '--handler',
      'index.handler',
      '--role',
      ROLE,
      '--zip-file',
      'fileb://fn.zip',
      '--environment',
      'Variables={AB=c}',
      '--tags',
      'k=v',
    );
    expect(created).toMatchObject({ State: 'Pending', Environment: { Variables: { AB: 'c' } } });
    await json('wait', 'function-active-v2', ...name);
    const invoked = await json('invoke', ...name, '--payload', '{"n":1}', '--log-type', 'Tail', 'out.json');
    expect(invoked).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(Buffer.from(invoked.LogResult, 'base64').toString()).toMatch(/^START RequestId/);
    expect(JSON.parse(await readFile(path.join(folder, 'out.json'), 'utf8'))).toMatchObject({ event: { n: 1 } });
    expect(await json('update-function-configuration', ...name, '--timeout', '9')).toMatchObject({
      LastUpdateStatus: 'InProgress',
      Timeout: 9,
    });
    await json('wait', 'function-updated-v2', ...name);
    expect(await json('publish-version', ...name)).toMatchObject({ Version: '1' });
    await json('create-alias', ...name, '--name', 'live', '--function-version', '1');
    expect(await json('invoke', '--function-name', 'cli:live', 'out.json')).toMatchObject({ ExecutedVersion: '1' });
    expect(await json('list-functions', '--max-items', '1')).toMatchObject({ Functions: [{ FunctionName: 'cli' }] });
    expect(await json('list-tags', '--resource', created.FunctionArn)).toEqual({ Tags: { k: 'v' } });
    await json('delete-function', ...name);
    const gone = await aws('get-function', ...name);
    expect(gone.exitCode).not.toBe(0);
    expect(gone.stderr).toContain(
      'An error occurred (ResourceNotFoundException) when calling the GetFunction operation: Function not found: arn:aws:lambda:eu-west-1:000000000000:function:cli',
    );
  });

  it('publishes and lists layers', async () => {
    const layer = await json(
      'publish-layer-version',
      '--layer-name',
      'l',
      '--zip-file',
      'fileb://fn.zip',
      '--compatible-runtimes',
      'nodejs24.x',
    );
    expect(layer).toMatchObject({ Version: 1, CompatibleRuntimes: ['nodejs24.x'] });
    expect(await json('list-layers')).toMatchObject({ Layers: [{ LayerName: 'l' }] });
    expect(await json('get-layer-version-by-arn', '--arn', layer.LayerVersionArn)).toMatchObject({ Version: 1 });
  });

  it('shows the account', async () => {
    expect(await json('get-account-settings')).toMatchObject({ AccountLimit: { ConcurrentExecutions: 1000 } });
  });
});
