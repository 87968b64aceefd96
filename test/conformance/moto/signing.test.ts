import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { resultOf, runBin, startBin } from '../../e2e/bin-kit.js';
import {
  createFolder,
  createKit,
  createProject,
  HANDLER,
  onlyResult,
  projectFile,
  writeFiles,
} from '../../service/deploy-kit.js';
import { useMotoServer } from './moto-server.js';
import { startSigner } from './signer-server.js';

const moto = useMotoServer();

beforeAll(async () => {
  if (moto.missing !== '') return;
  const iam = new IAMClient({
    endpoint: moto.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'signed', AssumeRolePolicyDocument: '{"Statement":[]}' }));
  iam.destroy();
});

const ROLE = 'arn:aws:iam::123456789012:role/signed';
const TAG = 'lambdakit:signed-code';
let number = 0;

function settingsOf(more: object = {}) {
  return { functionName: `signed-${++number}`, role: ROLE, signing: 'release_profile', ...more };
}

function kitFor(folder: string, signerEndpoint: string) {
  return createKit({ folder, endpoint: moto.endpoint, signerEndpoint, isAws: true });
}

describe.skipIf(moto.missing !== '')(`a signed deployment${moto.missing}`, () => {
  it('deploys what AWS Signer has made of the package, and leaves it alone while the source is the same', async () => {
    const signer = await startSigner({ s3Endpoint: moto.endpoint });
    const settings = settingsOf({ tags: { team: 'a' } });
    const folder = createProject(settings, `${HANDLER}// first\n`);
    const planned = onlyResult(await kitFor(folder, signer.endpoint).deploy({ isDryRun: true }));
    expect(planned.steps.map(({ title }) => title)).toEqual([
      'stage the package in the staging bucket, unless it is there',
      'sign the package with profile release_profile, unless it is signed already',
      'create the function',
      `remember the signed code in the tag ${TAG}`,
    ]);
    expect(signer.operations).toEqual([]);

    const kit = kitFor(folder, signer.endpoint);
    const created = onlyResult(await kit.deploy());
    expect(created).toMatchObject({ outcome: 'created' });
    expect(signer.jobs()).toMatchObject([
      {
        profileName: 'release_profile',
        source: { s3: { bucketName: 'lambdakit-staging-123456789012-us-east-1', version: expect.stringMatching(/./) } },
        destination: { s3: { prefix: expect.stringMatching(/^lambdakit\/signed\/release_profile\/[0-9a-f]{64}\/$/) } },
      },
    ]);
    const calls = await kit.context.lambda();
    const { Configuration, Tags = {} } = await calls.getFunction({ FunctionName: settings.functionName });
    const [unsigned, signed, profile] = (Tags[TAG] ?? '').split(' ');
    expect(Configuration?.CodeSha256).toBe(signed);
    expect(signed).not.toBe(unsigned);
    expect([profile, Tags.team]).toEqual(['release_profile', 'a']);

    const again = kitFor(folder, signer.endpoint);
    expect(onlyResult(await again.deploy())).toMatchObject({
      outcome: 'unchanged',
      reasons: ['the code is equal and signed', 'the settings are equal'],
    });
    expect(again.operations).toEqual(['GetFunction']);
  });

  it('finds a package that was signed before, and signs none twice', async () => {
    const signer = await startSigner({ s3Endpoint: moto.endpoint });
    const settings = settingsOf();
    const source = `${HANDLER}// ${settings.functionName}\n`;
    const folder = createProject(settings, source);
    onlyResult(await kitFor(folder, signer.endpoint).deploy());
    writeFiles(folder, { 'src/index.mjs': `${source}// two\n` });
    onlyResult(await kitFor(folder, signer.endpoint).deploy());
    writeFiles(folder, { 'src/index.mjs': source });
    expect(onlyResult(await kitFor(folder, signer.endpoint).deploy())).toMatchObject({ outcome: 'updated' });
    expect(signer.jobs()).toHaveLength(2);
    // Another profile makes another package.
    writeFiles(folder, {
      'lambdakit.json': projectFile({ ...settings, signing: { profileName: 'other', profileOwner: '999999999999' } }),
    });
    const planned = onlyResult(await kitFor(folder, signer.endpoint).deploy({ isDryRun: true }));
    expect(planned.steps.find(({ step }) => step === 'update-code')?.changes).toEqual([
      {
        setting: 'SignedCode',
        from: expect.stringMatching(/ signed by release_profile$/),
        to: expect.stringMatching(/ signed by 999999999999\/other$/),
      },
    ]);
    onlyResult(await kitFor(folder, signer.endpoint).deploy());
    expect(signer.jobs().at(-1)).toMatchObject({ profileName: 'other', profileOwner: '999999999999' });
  });

  it('notices code that somebody else has deployed, and goes back to the unsigned package when no profile is named', async () => {
    const signer = await startSigner({ s3Endpoint: moto.endpoint });
    const settings = settingsOf({ tags: {} });
    const folder = createProject(settings, `${HANDLER}// noticed\n`);
    const kit = kitFor(folder, signer.endpoint);
    onlyResult(await kit.deploy());
    const other = createProject({ ...settings, signing: undefined }, `${HANDLER}// other\n`);
    onlyResult(await kitFor(other, signer.endpoint).deploy());
    const { getFunction } = await kit.context.lambda();
    expect((await getFunction({ FunctionName: settings.functionName })).Tags ?? {}).toEqual({});
    expect(onlyResult(await kitFor(folder, signer.endpoint).deploy())).toMatchObject({ outcome: 'updated' });
  });

  it('sends a start whose answer was lost again, and it is one job', async () => {
    let lost = 0;
    const signer = await startSigner({
      s3Endpoint: moto.endpoint,
      loses: (operation) => operation === 'StartSigningJob' && lost++ === 0,
    });
    const folder = createProject(settingsOf(), `${HANDLER}// lost\n`);
    const kit = kitFor(folder, signer.endpoint);
    expect(onlyResult(await kit.deploy())).toMatchObject({ outcome: 'created' });
    expect(kit.retries).toMatchObject([{ operation: 'StartSigningJob', reason: 'network' }]);
    expect(signer.operations.filter((operation) => operation === 'StartSigningJob')).toHaveLength(2);
    expect(signer.jobs()).toHaveLength(1);
  });

  it('wants versions of a bucket that the user names, and turns them on in none', async () => {
    const signer = await startSigner({ s3Endpoint: moto.endpoint });
    const folder = createProject(
      settingsOf({ signing: { profileName: 'release_profile', bucket: 'plain-bucket' } }),
      `${HANDLER}// bucket\n`,
    );
    const kit = kitFor(folder, signer.endpoint);
    const { s3 } = await kit.context.neighbours();
    await s3.createBucket({ Bucket: 'plain-bucket' });
    const { failures } = await kit.deploy();
    expect(failures[0]?.error).toMatchObject({
      code: 'invalid-input',
      message: 'The bucket plain-bucket keeps no versions, and AWS Signer reads from a bucket that does.',
    });
    expect((await s3.getBucketVersioning({ Bucket: 'plain-bucket' })).Status).toBeUndefined();
    await s3.putBucketVersioning({ Bucket: 'plain-bucket', VersioningConfiguration: { Status: 'Enabled' } });
    expect(onlyResult(await kitFor(folder, signer.endpoint).deploy())).toMatchObject({ outcome: 'created' });
  });

  const run = (folder: string, signer: string) => ({
    cwd: folder,
    env: {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ENDPOINT_URL_SIGNER: signer,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });

  it('ends with the reason of a job that failed, and changes nothing', async () => {
    const reason = 'The archive is signed already.';
    const signer = await startSigner({ s3Endpoint: moto.endpoint, endOf: () => ({ status: 'Failed', reason }) });
    const settings = settingsOf();
    const folder = createProject(settings, `${HANDLER}// failed\n`);
    const { code, stdout } = await runBin(['deploy', '--json'], run(folder, signer.endpoint));
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'service-refused',
      message: `AWS Signer has not signed the package of ${settings.functionName}: ${reason}`,
    });
    expect(code).toBe(5);
    const calls = await kitFor(folder, signer.endpoint).context.lambda();
    await expect(calls.getFunction({ FunctionName: settings.functionName })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('names the action that is not allowed', async () => {
    const message = 'User: arn:aws:iam::123456789012:user/ci is not authorized to perform: signer:StartSigningJob';
    const signer = await startSigner({
      s3Endpoint: moto.endpoint,
      refuse: () => ({ status: 403, code: 'AccessDeniedException', message }),
    });
    const folder = createProject(settingsOf({ signing: undefined }), `${HANDLER}// denied\n`);
    const { code, stderr } = await runBin(['deploy', '--signing-profile', 'mine'], run(folder, signer.endpoint));
    expect(stderr).toContain('You may not call StartSigningJob');
    expect(stderr).toContain('Allow the action signer:StartSigningJob');
    expect(signer.operations).toEqual(['StartSigningJob']);
    expect(code).toBe(5);
  });

  it('stops at once when it is interrupted while a job is under way', async () => {
    const signer = await startSigner({ s3Endpoint: moto.endpoint, endOf: () => ({ status: 'never' }) });
    const folder = createProject(settingsOf(), `${HANDLER}// interrupted\n`);
    const child = startBin(['deploy', '--verbose'], run(folder, signer.endpoint));
    child.stderr?.on('data', (text: Buffer) => {
      if (text.toString().includes('signing job')) child.kill('SIGINT');
    });
    expect((await resultOf(child)).code).toBe(130);
  });

  it('leaves images, and the local service, unsigned and says so', async () => {
    const folder = createProject(settingsOf(), HANDLER);
    const kit = createKit({ folder, endpoint: moto.endpoint });
    expect(onlyResult(await kit.deploy({ isDryRun: true })).notes).toEqual([
      'the local service runs unsigned packages, so profile release_profile does not sign this one',
    ]);
    const image = createFolder({
      'lambdakit.json': JSON.stringify({
        region: 'us-east-1',
        functions: { hello: { code: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:b', role: ROLE, signing: 'mine' } },
      }),
    });
    const { steps, notes } = onlyResult(
      await createKit({ folder: image, endpoint: moto.endpoint, isAws: true }).deploy({ isDryRun: true }),
    );
    expect(steps.map(({ step }) => step)).toEqual(['create-function']);
    expect(notes).toEqual(['AWS Signer signs no container images for Lambda, so the image is not signed']);
  });
});
