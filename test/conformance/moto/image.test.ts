import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFolder, createKit, onlyResult } from '../../service/deploy-kit.js';
import { useMotoServer } from './moto-server.js';

const moto = useMotoServer();
afterEach(() => vi.unstubAllEnvs());

/** A program on the PATH, alone, that writes down what it was called with and answers with the ID of an image. */
function installProgram(name: string) {
  const folder = createFolder({ id: 'a'.repeat(64) });
  const log = path.join(folder, 'calls');
  const program = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >> '${log}'`,
    'case "$1" in',
    `  image) printf 'sha256:'; /bin/cat '${folder}/id' ;;`,
    `  login) /bin/cat > '${folder}/password' ;;`,
    `  build) [ -e '${folder}/broken' ] && { echo 'no space left'; exit 1; } ;;`,
    'esac',
    'exit 0',
  ].join('\n');
  writeFileSync(path.join(folder, name), program);
  chmodSync(path.join(folder, name), 0o755);
  vi.stubEnv('PATH', folder);
  const calls = (): readonly string[] => {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    writeFileSync(log, '');
    return lines;
  };
  return { folder, calls };
}

let number = 0;
function createProject(code: object = { dockerfile: 'docker/Dockerfile' }) {
  const name = `Image-${++number}-${Math.random().toString(36).slice(2, 8)}`;
  const folder = createFolder({
    'lambdakit.json': JSON.stringify({
      region: 'us-east-1',
      defaults: { runtime: 'nodejs24.x', handler: 'index.handler' },
      functions: {
        hello: {
          functionName: name,
          code,
          role: 'auto',
          architectures: ['arm64'],
          imageConfig: { command: ['app.handler'] },
        },
      },
    }),
    'docker/Dockerfile': 'FROM scratch\n',
  });
  return { name, folder, repository: `lambdakit/${name.toLowerCase()}` };
}

const kitFor = (folder: string) => createKit({ folder, endpoint: moto.endpoint, isAws: true });
const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

describe.skipIf(moto.missing !== '')(
  `a function of a Dockerfile, deployed to moto; a program that records its arguments stands in for docker, as there is no container engine here${moto.missing}`,
  () => {
    it('is built, pushed to a repository that is made, and deployed; the same image is pushed once', async () => {
      const program = installProgram('docker');
      const { name, folder, repository } = createProject();
      const uri = `${REGISTRY}/${repository}:lambdakit-${'a'.repeat(16)}`;
      const first = onlyResult(await kitFor(folder).deploy());
      expect(first.steps.map(({ step }) => step)).toEqual(['create-role', 'push-image', 'create-function']);
      expect(program.calls()).toEqual([
        '--version',
        `build --platform linux/arm64 --file ${folder}/docker/Dockerfile --tag ${repository}:latest ${folder}/docker`,
        `image inspect --format {{.Id}} ${repository}:latest`,
        `login --username AWS --password-stdin ${REGISTRY}`,
        `tag ${repository}:latest ${uri}`,
        `push ${uri}`,
      ]);
      // The password came by the input and by nothing else.
      expect(readFileSync(path.join(program.folder, 'password'), 'utf8')).toBe('123456789012-auth-token');
      const { context } = kitFor(folder);
      const { ecr } = await context.neighbours();
      const { repositories } = await ecr!.describeRepositories({ repositoryNames: [repository] });
      expect(repositories?.[0]?.imageScanningConfiguration).toEqual({ scanOnPush: true });
      const calls = await context.lambda();
      const deployed = await calls.getFunction({ FunctionName: name });
      expect(deployed.Code?.ImageUri).toBe(uri);
      expect(deployed.Configuration?.PackageType).toBe('Image');

      const again = onlyResult(await kitFor(folder).deploy());
      expect(again).toMatchObject({ outcome: 'unchanged', reasons: ['the image is equal', 'the settings are equal'] });
      expect(program.calls().some((line) => /^(login|push)/.test(line))).toBe(false);

      writeFileSync(path.join(program.folder, 'id'), 'b'.repeat(64));
      const next = onlyResult(await kitFor(folder).deploy());
      expect(next.steps.map(({ step }) => step)).toEqual(['push-image', 'update-code']);
      expect(next.steps[1]?.changes).toEqual([
        { setting: 'ImageUri', from: uri, to: uri.replace(/a{16}$/, 'b'.repeat(16)) },
      ]);
    });

    it('is built by podman where there is no docker, with stage, arguments and a repository of its own', async () => {
      const program = installProgram('podman');
      const { folder } = createProject({
        dockerfile: 'docker/Dockerfile',
        context: '.',
        target: 'prod',
        buildArgs: { VERSION: 3 },
        repository: 'team/app',
      });
      const planned = onlyResult(await kitFor(folder).deploy({ isDryRun: true }));
      expect(planned.steps.map(({ title }) => title)).toContain(
        `push the image to ${REGISTRY}/team/app:lambdakit-${'a'.repeat(16)}, unless it is there`,
      );
      const calls = program.calls();
      expect(calls[1]).toMatch(/ --target prod --build-arg VERSION=3 \S+$/);
      expect(calls[1]?.endsWith(` ${folder}`)).toBe(true);
      expect(calls.some((line) => line.startsWith('push'))).toBe(false);
    });

    it('says what is missing: a program, a Dockerfile, a build that succeeds', async () => {
      const program = installProgram('docker');
      writeFileSync(path.join(program.folder, 'broken'), '');
      const fail = async (folder: string) => (await kitFor(folder).deploy()).failures[0]?.error;
      expect(await fail(createProject().folder)).toMatchObject({
        code: 'build-failed',
        message: 'docker failed for the image of hello:\nno space left',
      });
      expect(await fail(createProject({ dockerfile: 'nowhere' }).folder)).toMatchObject({ code: 'file-not-found' });
      vi.stubEnv('PATH', createFolder());
      expect(await fail(createProject().folder)).toMatchObject({
        code: 'toolchain-missing',
        message: 'hello is built of a Dockerfile, and neither docker nor podman is there.',
      });
    });
  },
);

describe('a function of a Dockerfile', () => {
  it('is refused by the local service, and has no package', async () => {
    const { folder } = createProject();
    const kit = createKit({ folder, endpoint: 'http://127.0.0.1:9' });
    expect((await kit.deploy()).failures[0]?.error).toMatchObject({
      code: 'invalid-input',
      message: 'hello runs a container image, and the local service runs none.',
    });
    const { packageFunctions } = await import('../../../src/actions/package-functions.js');
    await expect(packageFunctions({ names: ['hello'] }, kit.context)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await packageFunctions({ names: [] }, kit.context)).toEqual([]);
  });
});
