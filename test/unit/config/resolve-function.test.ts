// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/config/load-project.js';
import { resolveFunction, resolveLayer } from '../../../src/config/resolve-function.js';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
const resolve = async (key: string, options: object = {}) =>
  resolveFunction(await loadProject({ folder, environment: {}, ...options }), key);
const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};

const LAYERED = `defaults:
  timeout: 10
  memorySize: 128
  environment: { AA: defaults, BB: defaults }
functions:
  api:
    memorySize: 256
    handler: src/index.handler
    environment: { BB: function, CC: function }
stages:
  prod:
    defaults:
      memorySize: 512
      environment: { CC: stage }
    functions:
      api:
        timeout: 20
`;

describe('resolveFunction', () => {
  it('lays function over defaults and stage over function, merging mappings', async () => {
    await write('lambdakit.yaml', LAYERED);
    expect((await resolve('api')).config).toMatchObject({ timeout: 10, memorySize: 256, code: '.' });
    const prod = await resolve('api', { stage: 'prod' });
    expect(prod.config).toMatchObject({ timeout: 20, memorySize: 512, handler: 'src/index.handler' });
    expect(prod.environment).toEqual({ AA: 'defaults', BB: 'function', CC: 'stage' });
  });

  it('knows where each value comes from', async () => {
    await write('lambdakit.yaml', LAYERED);
    const resolved = await resolve('api', {
      stage: 'prod',
      environment: { LAMBDAKIT_TIMEOUT: '30' },
      flags: { function: { description: 'flagged' } },
    });
    const at = (line: number) => ({ file: 'lambdakit.yaml', line });
    expect(resolved.config.timeout).toBe(30);
    expect(resolved.sourceOf(['timeout'])).toEqual({ from: 'environment', name: 'LAMBDAKIT_TIMEOUT' });
    expect(resolved.sourceOf(['description'])).toEqual({ from: 'flag' });
    expect(resolved.sourceOf(['memorySize'])).toMatchObject({ from: 'stage', name: 'prod', ...at(13) });
    expect(resolved.sourceOf(['handler'])).toMatchObject({ from: 'function', ...at(8) });
    expect(resolved.sourceOf(['environment', 'AA'])).toMatchObject({ from: 'defaults', ...at(4) });
    expect(resolved.sourceOf(['environment', 'CC'])).toMatchObject({ from: 'stage', ...at(14) });
    expect(resolved.sourceOf(['code'])).toEqual({ from: 'built-in' });
    expect(resolved.sourceOf(['role'])).toBeUndefined();
  });

  it('replaces references, and numbers stay numbers', async () => {
    await write('motd.txt', 'good morning\n');
    await write(
      'lambdakit.yaml',
      `functions:
  api:
    functionName: "shop-\${stage}-api"
    timeout: "\${env:TIMEOUT, 7}"
    memorySize: "\${env:MEMORY}"
    snapStart: { applyOn: "\${env:SNAP, None}" }
    concurrency: { reserved: "\${env:RESERVED, 0}" }
    ephemeralStorage: "\${env:DISK, 1024}"
    eventSources: [{ enabled: "\${env:ENABLED, false}", eventSourceArn: "\${cfn:stack.Queue}" }]
    environment:
      MOTD: "\${file:motd.txt}"
      SECRET: "\${ssm:/shop/secret}"
      LITERAL: "$\${not}"
      NUMBER: 3000
      TEXT: "\${env:MEMORY}"
`,
    );
    const { config, functionName, environment } = await resolve('api', {
      stage: 'dev',
      environment: { MEMORY: '1769' },
      resolveRemote: async (kind: string, name: string) => `${kind}=${name}`,
    });
    expect(functionName).toBe('shop-dev-api');
    expect(config).toMatchObject({
      timeout: 7,
      memorySize: 1769,
      snapStart: { applyOn: 'None' },
      concurrency: { reserved: 0 },
      ephemeralStorage: { size: 1024 },
      eventSources: [{ enabled: false, eventSourceArn: 'cfn=stack.Queue' }],
    });
    expect(environment).toEqual({
      MOTD: 'good morning',
      SECRET: 'ssm=/shop/secret',
      LITERAL: '${not}',
      NUMBER: '3000',
      TEXT: '1769',
    });
  });

  it('gives the commit of the project', async () => {
    await write('lambdakit.yaml', 'functions: {api: {description: "${git:sha}"}}\n');
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    git('init', '-q');
    const error = await failure(resolve('api'));
    expect(error.message).toContain('${git:sha} has no value');
    git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-q', '--allow-empty', '-m', 'one');
    expect((await resolve('api')).config.description).toBe(git('rev-parse', 'HEAD'));
  });

  it.each([
    ['${env:GONE}', '${env:GONE} has no value', 'GONE'],
    ['${stage}', '${stage} has no value', '--stage'],
    ['${file:gone.txt}', 'has no value', 'gone.txt'],
    ['${ssm:/gone}', 'has no value', '/gone'],
    ['${what:ever}', 'unknown kind of value "what"', '$${'],
    ['${git:author}', 'asks git for "author"', '${git:sha}'],
    ['${env:OPEN', 'never closed', '$${'],
  ])('names key and place of %s', async (text, message, hint) => {
    await write('lambdakit.yaml', `functions:\n  api:\n    environment:\n      KEY: '${text}'\n`);
    const error = await failure(resolve('api'));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain('lambdakit.yaml:4:12: environment.KEY: ');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('checks what a reference stands for, at the place of the reference', async () => {
    await write('lambdakit.yaml', 'functions:\n  api:\n    timeout: "${env:T}"\n');
    const error = await failure(resolve('api', { environment: { T: '5000' } }));
    expect(error.message).toBe('lambdakit.yaml:3:14: functions.api.timeout must be at most 900, not 5000');
  });

  it('does not ask for values of other functions and stages', async () => {
    await write(
      'lambdakit.yaml',
      'functions:\n  api: {}\n  other: {description: "${env:GONE}"}\nstages: {prod: {functions: {api: {description: "${env:GONE}"}}}}\n',
    );
    expect((await resolve('api')).config.description).toBeUndefined();
    expect((await failure(resolve('other'))).code).toBe('config-invalid');
  });

  it('reads env files below environment', async () => {
    await write('.env', 'A=file\nB="with space"\n# no\nexport C=3\n');
    await write('.env.local', 'C=local\n');
    await write('lambdakit.yaml', 'functions: {api: {envFile: [.env, .env.local], environment: {AA: x, BB: y}}}\n');
    await expect(failure(resolve('api', { flags: { function: { envFile: 'gone.env' } } }))).resolves.toMatchObject({
      message: expect.stringContaining('gone.env'),
    });
    const resolved = await resolve('api');
    expect(resolved.environment).toEqual({ A: 'file', B: 'with space', C: 'local', AA: 'x', BB: 'y' });
    expect(resolved.sourceOf(['environment', 'C'])).toEqual({ from: 'env-file', file: '.env.local' });
  });

  it('needs no project file when flags say enough', async () => {
    const resolved = await resolve('hello', {
      flags: { function: { runtime: 'nodejs24.x', handler: 'index.handler' } },
    });
    expect(resolved).toMatchObject({
      functionName: 'hello',
      config: { runtime: 'nodejs24.x', handler: 'index.handler' },
    });
    const error = await failure(resolve('hello', { flags: { function: { runtime: 'cobol' } } }));
    expect(error.message).toContain('functions.hello.runtime must be a runtime identifier');
  });

  it('refuses an unknown function and says what was meant', async () => {
    await write('lambdakit.yaml', 'functions: {checkout: {}}\n');
    const error = await failure(resolve('chekout'));
    expect(error.code).toBe('invalid-input');
    expect(error.hint).toBe('Did you mean "checkout"?');
  });

  it('resolves layers', async () => {
    await write(
      'lambdakit.yaml',
      'layers: {deps: {content: layers/deps, compatibleRuntimes: [nodejs24.x]}}\nstages: {dev: {layers: {deps: {layerName: deps-dev}}}}\n',
    );
    const project = await loadProject({ folder, environment: {}, stage: 'dev' });
    expect(await resolveLayer(project, 'deps')).toMatchObject({
      layerName: 'deps-dev',
      config: { content: 'layers/deps' },
    });
    expect((await failure(resolveLayer(project, 'dep'))).hint).toContain('deps');
  });
});
