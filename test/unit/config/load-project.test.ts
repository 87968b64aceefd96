import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/config/load-project.js';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
const load = (options: object = {}) => loadProject({ folder, environment: {}, ...options });
const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};

describe('loadProject', () => {
  it('finds the project file from a folder below it', async () => {
    await write('lambdakit.json', '{"service":"shop","functions":{"api":{},"worker":{}}}');
    await mkdir(path.join(folder, 'src/deep'), { recursive: true });
    const project = await load({ folder: path.join(folder, 'src/deep') });
    expect(project).toMatchObject({ folder, service: 'shop', functionKeys: ['api', 'worker'] });
  });

  it('works without a project file', async () => {
    expect(await load()).toMatchObject({ file: undefined, folder, functionKeys: [] });
  });

  it.each([
    ['lambdakit.json', '{"functions":{"api":{"timeout":5}}}'],
    ['lambdakit.jsonc', '{\n  // why\n  "functions": {"api": {"timeout": 5,},},\n}'],
    ['lambdakit.yaml', 'functions:\n  api:\n    timeout: 5\n'],
    ['lambdakit.yml', 'functions: {api: {timeout: 5}}\n'],
    ['lambdakit.json', '\uFEFF{"functions":{"api":{"timeout":5}}}'],
  ])('reads %s', async (name, text) => {
    await write(name, text);
    expect((await load()).functionKeys).toEqual(['api']);
  });

  it('refuses two project files in one folder', async () => {
    await write('lambdakit.json', '{}');
    await write('lambdakit.yaml', '{}');
    const error = await failure(load());
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain('lambdakit.json, lambdakit.yaml');
  });

  it('says that a named file is not there', async () => {
    expect((await failure(load({ configFile: 'other.json' }))).code).toBe('config-not-found');
  });

  it.each([
    ['lambdakit.json', '{\n  "functions": {\n    "api": { "memorySise": 256 }\n  }\n}', '3:14', 'memorySize'],
    ['lambdakit.yaml', 'functions:\n  api:\n    memorySise: 256\n', '3:5', 'memorySize'],
    ['lambdakit.yaml', 'functions:\n  api:\n    memory: 256\n', '3:5', 'memorySize'],
    ['lambdakit.yaml', 'function:\n  api: {}\n', '1:1', 'functions'],
    ['lambdakit.yaml', 'stages:\n  dev:\n    functions:\n      api:\n        Timeout: 3\n', '5:9', 'timeout'],
    ['lambdakit.json', '{"functions":{"api":{"eventSources":[{"batchsize":1}]}}}', '1:39', 'batchSize'],
  ])('places an unknown key in %s and names the one that was meant (%#)', async (name, text, place, meant) => {
    await write(name, text);
    const error = await failure(load());
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain(`${name}:${place}: unknown key`);
    expect(error.message).toContain(`did you mean "${meant}"?`);
  });

  it('lists all problems at once, each with its place and the offending value', async () => {
    await write(
      'lambdakit.json',
      [
        '{ "functions": { "api": {',
        '  "timeout": 901,',
        '  "memorySize": "big",',
        '  "runtime": "node20",',
        '  "architectures": ["arm"],',
        '  "ephemeralStorage": 1',
        '} } }',
      ].join('\n'),
    );
    expect((await failure(load())).message.split('\n')).toEqual([
      'lambdakit.json:2:14: functions.api.timeout must be at most 900, not 901',
      'lambdakit.json:3:17: functions.api.memorySize must be a number, not "big"',
      'lambdakit.json:4:14: functions.api.runtime must be a runtime identifier such as nodejs24.x, not "node20"',
      'lambdakit.json:5:21: functions.api.architectures[0] must be "x86_64" or "arm64", not "arm"',
      'lambdakit.json:6:23: functions.api.ephemeralStorage must be at least 512, not 1',
    ]);
  });

  it.each([
    ['lambdakit.json', '{\n  "service": \n}', ':3:1'],
    ['lambdakit.json', '{\n  // no\n}', ':2:3'],
    ['lambdakit.json', '{"service":"a",\n "service":"b"}', ':2:2'],
    ['lambdakit.json', '', ':1:1'],
    ['lambdakit.yaml', 'service: [\n', ':2:1'],
    ['lambdakit.yaml', 'service: a\nservice: b\n', ':2:1'],
  ])('places a syntax error of %s (%#)', async (name, text, place) => {
    await write(name, text);
    const error = await failure(load());
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain(name + place);
  });

  it('takes region and profile from flag, variable, stage and file in that order, and says from where', async () => {
    await write(
      'lambdakit.yaml',
      'region: eu-west-1\nprofile: base\nstages:\n  prod:\n    region: us-east-1\n    profile: ops\n',
    );
    const plain = await load();
    expect([plain.region, plain.profile]).toEqual(['eu-west-1', 'base']);
    expect(plain.sourceOf('region')).toEqual({ from: 'defaults', file: 'lambdakit.yaml', line: 1, column: 9 });
    const staged = await load({ stage: 'prod' });
    expect(staged.region).toBe('us-east-1');
    expect(staged.sourceOf('region')).toMatchObject({ from: 'stage', name: 'prod', line: 5 });
    const withVariable = await load({ environment: { LAMBDAKIT_STAGE: 'prod', AWS_REGION: 'ap-south-1' } });
    expect(withVariable.region).toBe('ap-south-1');
    expect(withVariable.sourceOf('region')).toEqual({ from: 'environment', name: 'AWS_REGION' });
    const flagged = await load({ environment: { AWS_REGION: 'ap-south-1' }, flags: { region: 'sa-east-1' } });
    expect(flagged.region).toBe('sa-east-1');
    expect(flagged.sourceOf('region')).toEqual({ from: 'flag' });
  });

  it('refuses a stage that the file does not have', async () => {
    await write('lambdakit.yaml', 'stages: {production: {}, dev: {}}\n');
    const error = await failure(load({ stage: 'prod' }));
    expect(error.message).toContain('no stage "prod"');
    expect(error.hint).toContain('production');
  });
});
