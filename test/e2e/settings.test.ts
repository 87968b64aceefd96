import { expect, it } from 'vitest';
import { createProject, runBin, writeFiles } from './bin-kit.js';

/** Runs commands one after the other against the local service of the project; each answers its JSON document. */
function against(cwd: string) {
  return async (...args: string[]) => {
    const { code, stdout, stderr } = await runBin([...args, '--local', '--json'], { cwd });
    expect({ code, stderr, args }).toMatchObject({ code: 0 });
    return JSON.parse(stdout);
  };
}

it('publishes, attaches and detaches a layer, and does not publish the same twice', async () => {
  const cwd = createProject("return (await import('/opt/nodejs/answer.mjs')).answer;");
  writeFiles(cwd, { 'vendor/nodejs/answer.mjs': 'export const answer = 42;\n' });
  const run = against(cwd);
  await run('deploy');
  const first = await run('layer', 'publish', 'vendor', '--content', 'vendor');
  expect(first).toMatchObject({ outcome: 'published', version: 1 });
  expect(await run('layer', 'publish', 'vendor', '--content', 'vendor')).toMatchObject({
    outcome: 'unchanged',
    version: 1,
  });
  expect(await run('layer', 'attach', 'hello', 'vendor')).toMatchObject({
    outcome: 'attached',
    layers: [first.layerVersionArn],
  });
  expect(await run('invoke', 'hello')).toMatchObject({ payload: 42 });
  expect((await run('layer', 'list')).layers).toMatchObject([{ layerName: 'vendor', version: 1 }]);
  expect(JSON.stringify(await run('layer', 'show', 'vendor'))).not.toContain('Signature=');
  expect(await run('layer', 'detach', 'hello', 'vendor')).toMatchObject({ outcome: 'detached', layers: [] });
  expect(await run('layer', 'delete', 'vendor', '--yes')).toEqual({ layerName: 'vendor', version: 1 });
});

it('manages what stands beside a function', async () => {
  const cwd = createProject('return 1;');
  const run = against(cwd);
  await run('deploy');
  expect(await run('url', 'set', 'hello', '--auth', 'NONE')).toMatchObject({ outcome: 'created', authType: 'NONE' });
  expect((await run('permission', 'list', 'hello')).statements).toHaveLength(2);
  expect(await run('url', 'delete', 'hello')).toMatchObject({ outcome: 'deleted' });
  expect(await run('permission', 'add', 'hello', '--id', 's3', '--principal', 's3.amazonaws.com')).toMatchObject({
    principal: 's3.amazonaws.com',
  });
  expect(await run('permission', 'remove', 'hello', 's3')).toEqual({ statementId: 's3' });
  expect(await run('async', 'show', 'hello')).toMatchObject({ isDefault: true, maximumRetryAttempts: 2 });
  expect(await run('async', 'set', 'hello', '--retries', '0')).toMatchObject({ maximumRetryAttempts: 0 });
  expect(await run('async', 'set', 'hello', '--max-age', '60')).toMatchObject({
    maximumRetryAttempts: 0,
    maximumEventAgeInSeconds: 60,
  });
  expect(await run('async', 'delete', 'hello')).toMatchObject({ outcome: 'deleted' });
  expect(await run('concurrency', 'set', 'hello', '--reserved', '5')).toMatchObject({
    reservedConcurrentExecutions: 5,
  });
  expect(await run('concurrency', 'delete', 'hello')).toMatchObject({ deleted: 'reserved' });
  expect((await run('tag', 'set', 'hello', 'team=a', 'stage=b')).tags).toEqual({ team: 'a', stage: 'b' });
  expect((await run('tag', 'remove', 'hello', 'team')).tags).toEqual({ stage: 'b' });
  expect(await run('delete', 'hello', '--yes')).toEqual({ functionName: 'hello' });
  expect(await run('list')).toEqual({ functions: [] });
});

it('says in words who may invoke a function, and sets all that a stream has', async () => {
  const cwd = createProject('return 1;');
  const run = against(cwd);
  await run('deploy');
  const source = ['--principal', 's3', '--source-arn', 'arn:aws:s3:::things'];
  const added = await run('permission', 'add', 'hello', ...source);
  expect(added).toMatchObject({
    statementId: expect.stringMatching(/^allow-s3-[0-9a-f]{8}$/),
    principal: 's3.amazonaws.com',
    condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::things' } },
  });
  const again = await runBin(['permission', 'add', 'hello', ...source, '--local'], { cwd });
  expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining(added.statementId) });
  expect(
    await run('permission', 'add', 'hello', '--principal', '*', '--principal-org-id', 'o-1234567890'),
  ).toMatchObject({
    principal: '*',
    condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } },
  });
  const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks';
  const dead = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const created = await run(
    ...['event-source', 'create', 'hello', stream, '--starting-position', 'LATEST', '--no-enabled'],
    ...[
      '--parallelization',
      '4',
      '--bisect',
      '--max-record-age',
      '3600',
      '--tumbling-window',
      '30',
      '--on-failure',
      dead,
    ],
  );
  expect(created).toMatchObject({
    parallelizationFactor: 4,
    bisectBatchOnFunctionError: true,
    maximumRecordAgeInSeconds: 3600,
    tumblingWindowInSeconds: 30,
    destinationConfig: { onFailure: { destination: dead } },
  });
  expect(await run('event-source', 'set', created.uuid, '--no-bisect')).toMatchObject({
    bisectBatchOnFunctionError: false,
  });
});
