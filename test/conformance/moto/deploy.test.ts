import { describe, expect, it } from 'vitest';
import { deleteFunction } from '../../../src/actions/functions.js';
import { shift } from '../../../src/actions/traffic/shift.js';
import {
  BASE,
  createFolder,
  createKit,
  createProject,
  HANDLER,
  onlyResult,
  projectFile,
  writeFiles,
} from '../../service/deploy-kit.js';
import { useMotoServer } from './moto-server.js';

/*
 * Where moto's server (5.2.1) differs from AWS, and what that means here:
 * - functions are Active at once, so that the waits for states are not tried (the fault proxy tries them);
 * - RevisionId is neither checked nor always answered, so that a change by somebody else is not noticed;
 * - the conditions FunctionUrlAuthType and InvokedViaFunctionUrl of a permission are dropped, so that a public URL
 *   would look changed for ever (the local service keeps them);
 * - PublishVersion does not look at the CodeSha256 it is given;
 * - ProvisionedConcurrency, RuntimeManagement and RecursionConfig are not implemented;
 * - invocations need Docker, so that gates with probes are tried against the local service only.
 */

const moto = useMotoServer();

let number = 0;
const uniqueName = (): string => `moto-${++number}-${Math.random().toString(36).slice(2, 8)}`;

function kitFor(folder: string) {
  return createKit({ folder, endpoint: moto.endpoint, isAws: true });
}

describe.skipIf(moto.missing !== '')(`a deployment to moto${moto.missing}`, () => {
  it('creates with a role of its own, changes nothing the second time, updates, publishes and moves the alias', async () => {
    const name = uniqueName();
    const settings = {
      functionName: name,
      role: 'auto',
      alias: 'live',
      tags: { team: 'a' },
      environment: { TABLE: 'x' },
    };
    const folder = createProject(settings);
    const first = onlyResult(await kitFor(folder).deploy());
    expect(first).toMatchObject({ outcome: 'created', version: '1' });
    expect(first.steps.map(({ step }) => step)).toEqual([
      'create-role',
      'create-function',
      'publish-version',
      'create-alias',
    ]);

    const again = kitFor(folder);
    expect(onlyResult(await again.deploy()).steps).toEqual([]);
    expect(again.operations.toSorted()).toEqual(['GetFunction', 'GetFunctionConfiguration', 'GetRolePolicy']);

    writeFiles(folder, {
      'src/index.mjs': `${HANDLER}// two\n`,
      'lambdakit.json': projectFile({ ...settings, timeout: 7, tags: { team: 'b' } }),
    });
    const second = onlyResult(await kitFor(folder).deploy());
    expect(second).toMatchObject({ outcome: 'updated', version: '2' });
    const calls = await kitFor(folder).context.lambda();
    const live = await calls.getFunction({ FunctionName: name, Qualifier: 'live' });
    expect(live.Configuration).toMatchObject({ Version: '2', Timeout: 7, CodeSha256: second.codeSha256 });
    expect((await calls.getFunction({ FunctionName: name })).Tags).toEqual({ team: 'b' });
    expect(onlyResult(await kitFor(folder).deploy()).outcome).toBe('unchanged');
  });

  it('gives the role what the function needs and no more, keeps it up to date, and removes it with the function', async () => {
    const name = uniqueName();
    const settings = {
      functionName: name,
      role: 'auto',
      deadLetterConfig: { targetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' },
    };
    const folder = createProject(settings);
    const kit = kitFor(folder);
    onlyResult(await kit.deploy());
    const { iam } = await kit.context.neighbours();
    const RoleName = `${name}-us-east-1`;
    const policy = async (): Promise<readonly { Sid: string; Action: string[]; Resource: string[] }[]> => {
      const { PolicyDocument = '' } = await iam!.getRolePolicy({ RoleName, PolicyName: 'lambdakit' });
      return JSON.parse(decodeURIComponent(PolicyDocument)).Statement;
    };
    expect((await policy()).map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ['Logs', [`arn:aws:logs:us-east-1:*:log-group:/aws/lambda/${name}:*`]],
      ['LogGroup', [`arn:aws:logs:us-east-1:*:log-group:/aws/lambda/${name}`]],
      ['SendSqs', ['arn:aws:sqs:us-east-1:123456789012:dead']],
    ]);
    writeFiles(folder, {
      'lambdakit.json': projectFile({ functionName: name, role: 'auto', tracingConfig: { mode: 'Active' } }),
    });
    const planned = onlyResult(await kitFor(folder).deploy({ isDryRun: true }));
    expect(planned.steps[0]).toMatchObject({
      step: 'update-role',
      changes: [
        { setting: 'Policy.SendSqs', to: undefined },
        { setting: 'Policy.Tracing', from: undefined },
      ],
    });
    onlyResult(await kitFor(folder).deploy());
    expect((await policy()).map(({ Sid }) => Sid)).toEqual(['Logs', 'LogGroup', 'Tracing']);
    await deleteFunction(name, kitFor(folder).context);
    await expect(iam!.getRole({ RoleName })).rejects.toMatchObject({ code: 'not-found' });
    const calls = await kit.context.lambda();
    await expect(calls.getFunction({ FunctionName: name })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('finds a role by its name, and says when there is none', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, role: `role-${name}` });
    const { failures } = await kitFor(folder).deploy();
    expect(failures[0]?.error.code).toBe('not-found');
    const { iam } = await kitFor(folder).context.neighbours();
    await iam!.createRole({
      RoleName: `role-${name}`,
      AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
    });
    onlyResult(await kitFor(folder).deploy());
    const calls = await kitFor(folder).context.lambda();
    expect((await calls.getFunctionConfiguration({ FunctionName: name })).Role).toBe(
      `arn:aws:iam::123456789012:role/role-${name}`,
    );
  });

  it('keeps URL, permissions, asynchronous settings, concurrency, event sources and log retention', async () => {
    const name = uniqueName();
    const kit = kitFor(createProject());
    const { logs } = await kit.context.neighbours();
    const { SQS } = await import('@aws-sdk/client-sqs');
    const sqs = new SQS({
      region: 'us-east-1',
      endpoint: moto.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await sqs.createQueue({ QueueName: `work-${name}` });
    sqs.destroy();
    const settings = {
      functionName: name,
      role: 'auto',
      url: { authType: 'AWS_IAM' },
      concurrency: { reserved: 3 },
      eventInvokeConfig: { maximumRetryAttempts: 1 },
      permissions: [{ statementId: 'bucket', principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::b' }],
      eventSources: [{ eventSourceArn: `arn:aws:sqs:us-east-1:123456789012:work-${name}`, batchSize: 5 }],
      loggingConfig: { logRetentionDays: 7 },
    };
    const folder = createProject(settings);
    const first = onlyResult(await kitFor(folder).deploy());
    expect(first.steps.map(({ title }) => title)).toEqual([
      `create role ${name}-us-east-1`,
      `create log group /aws/lambda/${name}`,
      `retention of log group /aws/lambda/${name}`,
      'create the function',
      'set reserved concurrency',
      'set asynchronous invocation',
      'add permission bucket',
      'create function URL',
      `create event source arn:aws:sqs:us-east-1:123456789012:work-${name}`,
    ]);
    expect(onlyResult(await kitFor(folder).deploy()).steps).toEqual([]);
    const { logGroups } = await logs!.describeLogGroups({ logGroupNamePrefix: `/aws/lambda/${name}` });
    expect(logGroups?.[0]?.retentionInDays).toBe(7);
    writeFiles(folder, {
      'lambdakit.json': projectFile({
        ...settings,
        url: { authType: 'AWS_IAM', cors: { allowOrigins: ['*'] } },
        eventSources: [{ ...settings.eventSources[0], batchSize: 9 }],
      }),
    });
    const second = onlyResult(await kitFor(folder).deploy());
    expect(second.steps.map(({ title }) => title).toSorted()).toEqual([
      `update event source arn:aws:sqs:us-east-1:123456789012:work-${name}`,
      'update function URL',
    ]);
    expect(onlyResult(await kitFor(folder).deploy()).steps).toEqual([]);
  });

  it('makes a rule for each schedule, keeps them as the project has them, and removes them with the function', async () => {
    const name = uniqueName();
    const schedules = [
      { name: 'nightly', scheduleExpression: 'cron(0 3 * * ? *)', input: { kind: 'night' } },
      { scheduleExpression: 'rate(5 minutes)', enabled: false },
    ];
    const settings = { functionName: name, role: 'auto', alias: 'live', schedules };
    const folder = createProject(settings);
    const kit = kitFor(folder);
    const first = onlyResult(await kit.deploy());
    expect(first.steps.map(({ title }) => title).slice(-3)).toEqual([
      'create alias live',
      `create schedule ${name}-nightly`,
      `create schedule ${name}-2`,
    ]);
    expect(onlyResult(await kitFor(folder).deploy()).steps).toEqual([]);
    // Statements of schedules are none that --prune takes away.
    const pruned = { ...settings, permissions: [{ statementId: 'own', principal: 's3.amazonaws.com' }] };
    writeFiles(folder, { 'lambdakit.json': projectFile(pruned) });
    expect(onlyResult(await kitFor(folder).deploy({ prunes: true })).steps.map(({ title }) => title)).toEqual([
      'add permission own',
    ]);

    const { events } = await kit.context.neighbours();
    const Rule = `${name}-nightly`;
    expect(await events!.describeRule({ Name: Rule })).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      State: 'ENABLED',
    });
    expect((await events!.describeRule({ Name: `${name}-2` })).State).toBe('DISABLED');
    const Arn = `arn:aws:lambda:us-east-1:123456789012:function:${name}:live`;
    expect((await events!.listTargetsByRule({ Rule })).Targets).toEqual([
      { Id: 'lambdakit', Arn, Input: '{"kind":"night"}' },
    ]);
    const calls = await kit.context.lambda();
    const { Policy = '' } = await calls.getPolicy({ FunctionName: name, Qualifier: 'live' });
    expect(Policy).toContain(`arn:aws:events:us-east-1:123456789012:rule/${Rule}`);

    writeFiles(folder, {
      'lambdakit.json': projectFile({
        ...pruned,
        schedules: [{ ...schedules[0], scheduleExpression: 'rate(1 day)' }],
      }),
    });
    expect(onlyResult(await kitFor(folder).deploy()).steps.map(({ title }) => title)).toEqual([
      `update schedule ${Rule}`,
      `delete schedule ${name}-2`,
    ]);
    expect(onlyResult(await kitFor(folder).deploy()).steps).toEqual([]);
    const deleted = await deleteFunction(name, kitFor(folder).context);
    expect(deleted.deletedRules).toEqual([Rule]);
    expect((await events!.listRules({ NamePrefix: name })).Rules).toEqual([]);
  });

  it('takes a rule and its permission along when the function gets an alias', async () => {
    const name = uniqueName();
    const settings = { functionName: name, role: 'auto', schedules: [{ scheduleExpression: 'rate(5 minutes)' }] };
    const folder = createProject(settings);
    const kit = kitFor(folder);
    onlyResult(await kit.deploy());
    const calls = await kit.context.lambda();
    const policyAt = async (Qualifier?: string) =>
      (
        await calls
          .getPolicy({ FunctionName: name, ...(Qualifier !== undefined && { Qualifier }) })
          .catch(() => ({ Policy: '' }))
      ).Policy;
    const id = `lambdakit-schedule-${name}-1`;
    expect(await policyAt()).toContain(id);
    writeFiles(folder, { 'lambdakit.json': projectFile({ ...settings, alias: 'live' }) });
    const second = onlyResult(await kitFor(folder).deploy());
    expect(second.steps.map(({ title }) => title)).toContain(`update schedule ${name}-1`);
    expect(await policyAt('live')).toContain(id);
    // moto has one policy for a function and its aliases; the resource of a statement tells them apart.
    expect(await policyAt()).not.toContain(`function:${name}"`);
    expect(onlyResult(await kitFor(folder).deploy()).steps).toEqual([]);
  });

  it('stages a package in a bucket of its own, and tells of a bucket in another region', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, role: 'auto' });
    const kit = kitFor(folder);
    const { s3 } = await kit.context.neighbours();
    const elsewhere = `elsewhere-${name}`;
    await s3.createBucket({ Bucket: elsewhere, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
    const refused = await kit.deploy({ s3Bucket: elsewhere });
    expect(refused.failures[0]?.error.message).toBe(
      `The bucket ${elsewhere} is in eu-west-1, and the function in us-east-1.`,
    );
    const bucket = `staging-${name}`;
    const result = onlyResult(await kitFor(folder).deploy({ s3Bucket: bucket }));
    expect(result.outcome).toBe('created');
    expect((await s3.getPublicAccessBlock({ Bucket: bucket })).PublicAccessBlockConfiguration).toMatchObject({
      BlockPublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect((await s3.getBucketEncryption({ Bucket: bucket })).ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
    expect((await s3.getBucketLifecycleConfiguration({ Bucket: bucket })).Rules?.[0]?.Expiration?.Days).toBe(7);
    const { Contents } = await s3.listObjectsV2({ Bucket: bucket });
    expect(Contents?.map(({ Key }) => Key)).toEqual([
      `lambdakit/${Buffer.from(result.codeSha256!, 'base64').toString('hex')}.zip`,
    ]);
  });

  it('sends a package of more than 50 MB in parts, and deploys from there', async () => {
    const name = uniqueName();
    const { randomBytes } = await import('node:crypto');
    const folder = createProject({ functionName: name, role: 'auto' });
    writeFiles(folder, { 'src/noise.bin': randomBytes(51 * 1_048_576) });
    const kit = kitFor(folder);
    const result = onlyResult(await kit.deploy());
    expect(result.codeSize).toBeGreaterThan(52_428_800);
    expect(kit.operations.filter((operation) => operation === 'UploadPart')).toHaveLength(7);
    const { s3 } = await kit.context.neighbours();
    const { Contents } = await s3.listObjectsV2({ Bucket: 'lambdakit-staging-123456789012-us-east-1' });
    expect(Contents?.map(({ Size }) => Size)).toContain(result.codeSize);
  });

  it('publishes layers before the functions that use them', async () => {
    const name = uniqueName();
    const folder = createFolder({
      'lambdakit.json': JSON.stringify({
        region: 'us-east-1',
        layers: { tools: { layerName: `layer-${name}`, content: 'layer', compatibleRuntimes: ['nodejs24.x'] } },
        functions: { hello: { ...BASE, functionName: name, role: 'auto', layers: ['tools'] } },
      }),
      'src/index.mjs': HANDLER,
      'layer/nodejs/tool.mjs': 'export const tool = 1;\n',
    });
    onlyResult(await kitFor(folder).deploy());
    const calls = await kitFor(folder).context.lambda();
    const { Layers } = await calls.getFunctionConfiguration({ FunctionName: name });
    expect(Layers?.map(({ Arn }) => Arn)).toEqual([`arn:aws:lambda:us-east-1:123456789012:layer:layer-${name}:1`]);
    expect(onlyResult(await kitFor(folder).deploy()).outcome).toBe('unchanged');
  });

  it('shifts an alias, and goes back when an alarm goes to ALARM', async () => {
    const name = uniqueName();
    const folder = createProject({ functionName: name, role: 'auto', alias: 'live' });
    const kit = kitFor(folder);
    onlyResult(await kit.deploy());
    writeFiles(folder, { 'src/index.mjs': `${HANDLER}// two\n` });
    onlyResult(await kit.deploy({ alias: 'next' }));
    const { cloudWatch } = await kit.context.neighbours();
    await cloudWatch!.putMetricAlarm({
      AlarmName: `alarm-${name}`,
      MetricName: 'Errors',
      Namespace: 'AWS/Lambda',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    const set = (StateValue: 'OK' | 'ALARM') =>
      cloudWatch!.setAlarmState({ AlarmName: `alarm-${name}`, StateValue, StateReason: 'test' });
    const run = (options: object) =>
      shift(
        {
          target: name,
          alias: 'live',
          version: '2',
          options: { alarms: [`alarm-${name}`], ...options },
          resumes: false,
        },
        kit.context,
      );
    const calls = await kit.context.lambda();
    const present = async () => {
      const { FunctionVersion, RoutingConfig } = await calls.getAlias({ FunctionName: name, Name: 'live' });
      return [FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {}];
    };
    await set('ALARM');
    await expect(run({ canary: '10%', wait: '1ms' })).rejects.toMatchObject({
      code: 'check-failed',
      message: `the alarm alarm-${name} is in ALARM already`,
    });
    expect(await present()).toEqual(['1', {}]);
    await set('OK');
    const pending = run({ canary: '10%', wait: '5m', timeScale: 100, check: 'true' }).catch((error) => error);
    await expect.poll(present).toEqual(['1', { 2: 0.1 }]);
    await set('ALARM');
    expect((await pending).message).toContain(
      `ended at 10 %: the alarm alarm-${name} went to ALARM. All traffic is back on version 1.`,
    );
    expect(await present()).toEqual(['1', {}]);
    // The new version may be the cure.
    expect(await run({ canary: '10%', wait: '1ms', ignoresCurrentAlarm: true })).toMatchObject({ outcome: 'shifted' });
    expect(await present()).toEqual(['2', {}]);
    await expect(
      shift(
        { target: name, alias: 'live', version: '1', options: { alarms: ['nowhere'] }, resumes: false },
        kit.context,
      ),
    ).rejects.toMatchObject({ message: 'There is no CloudWatch alarm nowhere.' });
  });

  it('answers the references of a project file to parameters and outputs of stacks', async () => {
    const { openNeighbours } = await import('../../../src/aws/neighbour-calls.js');
    const { createRemoteResolver } = await import('../../../src/aws/resolve-remote.js');
    const doors = openNeighbours(() => ({
      region: 'us-east-1',
      endpointUrl: moto.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      signal: new AbortController().signal,
    }));
    try {
      await doors.ssm.putParameter({ Name: '/app/table', Value: 'orders', Type: 'String' });
      await doors.ssm.putParameter({ Name: '/app/key', Value: 'hush', Type: 'SecureString' });
      await doors.cloudFormation.createStack({
        StackName: 'base',
        TemplateBody: JSON.stringify({
          Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } },
          Outputs: { QueueName: { Value: 'q' } },
        }),
      });
      const resolve = createRemoteResolver(doors);
      expect(await resolve('ssm', '/app/table')).toBe('orders');
      expect(await resolve('ssm', '/app/key')).toBe('hush');
      expect(await resolve('cfn', 'base.QueueName')).toBe('q');
      for (const [kind, name] of [
        ['ssm', '/app/none'],
        ['cfn', 'base.None'],
        ['cfn', 'none.QueueName'],
        ['cfn', 'base'],
      ] as const)
        expect(await resolve(kind, name), name).toBeUndefined();
    } finally {
      doors.dispose();
    }
  });
});
