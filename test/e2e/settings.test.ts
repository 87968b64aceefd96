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
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`${added.statementId} is there already`) });
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

it('reaches every setting that the Lambda API has for what stands beside a function', async () => {
  const cwd = createProject('return 1;');
  const run = against(cwd);
  const refused = async (...args: string[]) => {
    const { code, stdout } = await runBin([...args, '--local', '--json'], { cwd });
    return { code, message: JSON.parse(stdout).error?.message };
  };
  await run('deploy', '--alias', 'live');
  expect(await refused('url', 'set', 'hello')).toMatchObject({ code: 2, message: expect.stringContaining('no URL') });
  await run('url', 'set', 'hello', '--auth', 'AWS_IAM', '--cors-origin', 'https://a.example', '--cors-max-age', '60');
  const merged = await run('url', 'set', 'hello', '--cors-credentials', '--cors-expose-header', 'x-one');
  expect(merged.cors).toEqual({
    allowOrigins: ['https://a.example'],
    maxAge: 60,
    allowCredentials: true,
    exposeHeaders: ['x-one'],
  });
  expect(await refused('url', 'set', 'hello')).toMatchObject({ code: 2, message: 'It is not said what is to change.' });
  expect((await run('url', 'set', 'hello', '--no-cors')).cors ?? {}).toEqual({});
  await run('url', 'set', 'hello', '--qualifier', 'live', '--auth', 'NONE', '--invoke-mode', 'RESPONSE_STREAM');
  expect((await run('url', 'list', 'hello')).urls).toHaveLength(2);

  const word = ['--principal', '*', '--action', 'lambda:InvokeFunction', '--invoked-via-url'];
  expect((await run('permission', 'add', 'hello', '--id', 'url', ...word)).condition).toEqual({
    Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
  });
  const { revisionId } = await run('permission', 'list', 'hello');
  expect(await refused('permission', 'remove', 'hello', 'url', '--revision-id', 'stale')).toMatchObject({ code: 5 });
  await run('permission', 'remove', 'hello', 'url', '--revision-id', revisionId);

  expect(await refused('async', 'set', 'hello')).toMatchObject({ code: 2 });
  expect(await refused('concurrency', 'set', 'hello')).toMatchObject({ code: 2 });
  await run('async', 'set', 'hello', '--retries', '0', '--qualifier', 'live');
  await run('async', 'set', 'hello', '--max-age', '60');
  expect((await run('async', 'list', 'hello')).configs).toHaveLength(2);

  expect(await refused('version', 'publish', 'hello', '--code-sha256', 'AAAA')).toMatchObject({ code: 5 });
  expect((await run('alias', 'list', 'hello', '--version', '1')).aliases).toMatchObject([{ name: 'live' }]);
  expect((await run('alias', 'list', 'hello', '--version', '2')).aliases).toEqual([]);
  expect(await refused('alias', 'set', 'hello', 'live', '$LATEST', '--revision-id', 'stale')).toMatchObject({
    code: 5,
  });
});

it('changes code signing configurations, and tags whatever has tags', async () => {
  const cwd = createProject('return 1;');
  const run = against(cwd);
  await run('deploy');
  const profile = (name: string) => `arn:aws:signer:us-east-1:123456789012:/signing-profiles/${name}/a1b2c3d4e5`;
  const made = await run('code-signing', 'create', '--signing-profile', profile('one'), '--tag', 'team=a');
  const arn = made.codeSigningConfigArn;
  expect((await run('tag', 'set', arn, 'cost=b')).tags).toEqual({ team: 'a', cost: 'b' });
  expect(await run('code-signing', 'update', arn, '--enforce', '--description', 'strict')).toMatchObject({
    description: 'strict',
    allowedPublishers: { signingProfileVersionArns: [profile('one')] },
    codeSigningPolicies: { untrustedArtifactOnDeployment: 'Enforce' },
  });
  await run('code-signing', 'set', 'hello', arn);
  expect(await run('code-signing', 'show', 'hello')).toMatchObject({ functionName: 'hello', description: 'strict' });
  const { functionArns } = await run('code-signing', 'show', arn);
  expect(functionArns).toEqual([expect.stringMatching(/:function:hello$/)]);
  await run('code-signing', 'remove', 'hello');
  expect(await run('code-signing', 'delete', arn, '--yes')).toMatchObject({ outcome: 'deleted' });
  expect((await run('code-signing', 'list')).configs).toEqual([]);
});

it('publishes a layer with all that describes it, also from S3, and shows who may use it', async () => {
  const cwd = createProject('return 1;');
  writeFiles(cwd, { 'vendor/nodejs/answer.mjs': 'export const answer = 42;\n' });
  const run = against(cwd);
  const words = ['--runtime', 'nodejs24.x', '--runtime', 'nodejs22.x', '--architecture', 'arm64', '--license', 'MIT'];
  expect(await run('layer', 'publish', 'vendor', '--content', 'vendor', ...words)).toMatchObject({
    compatibleRuntimes: ['nodejs24.x', 'nodejs22.x'],
    compatibleArchitectures: ['arm64'],
  });
  expect((await run('layer', 'list', '--runtime', 'nodejs22.x')).layers).toHaveLength(1);
  expect((await run('layer', 'list', 'vendor', '--runtime', 'python3.14')).layers).toEqual([]);
  expect((await run('layer', 'show', 'vendor', '--policy')).statements).toEqual([]);
  await run('layer', 'share', 'vendor', '--with', '123456789012');
  expect(await run('layer', 'show', 'vendor', '--policy')).toMatchObject({
    licenseInfo: 'MIT',
    statements: [{ Sid: 'share-123456789012' }],
  });
  const missing = await runBin(
    ['layer', 'publish', 'vendor', '--content', 's3://no-bucket/a.zip', '--local', '--json'],
    {
      cwd,
    },
  );
  expect(missing.code).toBe(5);
});

it('says what is not there, and gives the same permission once', async () => {
  const cwd = createProject('return 1;');
  const run = against(cwd);
  const text = async (...args: string[]) => {
    const { code, stdout, stderr } = await runBin([...args, '--local', '--quiet'], { cwd });
    return `${code} ${stdout}${stderr}`;
  };
  await run('deploy', '--alias', 'live');
  expect(await text('tag', 'list', 'hello')).toBe('0 There are no tags.\n');
  expect(await text('code-signing', 'show', 'hello')).toBe('0 hello is bound to no code signing configuration.\n');
  expect(await text('concurrency', 'show', 'hello')).toBe('0 hello: nothing reserved\nNothing is provisioned.\n');
  expect(await text('url', 'show', 'hello')).toContain('5 Error: hello has no function URL, or does not exist.');
  expect(await text('event-source', 'show', 'nonsense')).toContain('2 Error: "nonsense" is not the id');
  expect(await text('event-source', 'delete', '5f1c0a3e-0000-4000-8000-000000000000')).toContain(
    '`lambdakit event-source list` shows the event sources there.',
  );
  expect(await text('layer', 'publish', 'vendor')).toContain('--content');
  const words = ['permission', 'add', 'hello', '--principal', 's3', '--source-arn', 'arn:aws:s3:::bucket'];
  expect(await run(...words)).toEqual(await run(...words));
  expect((await run('permission', 'list', 'hello')).statements).toHaveLength(1);
  expect(await run('concurrency', 'set', 'hello', '--provisioned', '1', '-q', 'live', '--wait')).toMatchObject({
    provisioned: { qualifier: 'live', status: 'READY' },
  });
  // Each of these commands starts the service again, which then makes the environment ready once more.
  expect(await text('concurrency', 'show', 'hello')).toMatch(/live +1 +[01] +(READY|IN_PROGRESS)/);
});
