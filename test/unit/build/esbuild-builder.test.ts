import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFunction } from '../../../src/build/build-function.js';
import type { BuildRequest } from '../../../src/build/build-request.js';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-build-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const write = async (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
};
const build = (options: Partial<BuildRequest> = {}) =>
  buildFunction({
    key: 'api',
    projectFolder: folder,
    code: '.',
    runtime: 'nodejs24.x',
    handler: 'src/index.handler',
    ...options,
  });
const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};
/** Calls the built handler in a Node.js of its own. */
const call = (file: string, ...flags: string[]) =>
  execFileSync(
    process.execPath,
    [
      ...flags,
      '--input-type=module',
      '-e',
      `const m = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(JSON.stringify(await (m.handler ?? m.default.handler)({n: 1})))`,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  ).trim();

describe('the builder esbuild', () => {
  it('puts external packages beside the bundle, with all that they depend on', async () => {
    await write({
      'package.json': '{"dependencies":{"outer":"1"},"devDependencies":{"types-only":"1"}}',
      'src/index.ts': "import outer from 'outer';\nexport const handler = async () => outer;\n",
      'node_modules/outer/package.json': '{"main":"i.js","dependencies":{"inner":"1","shared":"2"},"cpu":["s390x"]}',
      'node_modules/outer/i.js': "module.exports = ['outer', require('inner'), require('shared')];\n",
      'node_modules/outer/node_modules/shared/index.js': "module.exports = 'shared 2';\n",
      'node_modules/inner/package.json': '{"dependencies":{"shared":"1","not-installed":"1"}}',
      'node_modules/inner/index.js': "module.exports = ['inner', require('shared')];\n",
      'node_modules/shared/index.js': "module.exports = 'shared 1';\n",
      'node_modules/types-only/index.js': '',
      'node_modules/unrelated/index.js': '',
    });
    const external = ['outer', 'types-only', 'node:fs', './local.js', 'gone'];
    const { output, warnings } = await build({ build: { external } });
    expect(await readdir(path.join(output, 'node_modules'))).toEqual(['inner', 'outer', 'shared']);
    await rm(path.join(folder, 'node_modules'), { recursive: true });
    expect(call(path.join(output, 'src/index.js'))).toBe('["outer",["inner","shared 1"],"shared 2"]');
    expect(warnings).toEqual(['outer is installed for s390x, which Lambda is not']);
  });

  it.skipIf(process.platform === 'win32')('follows the links of pnpm to external packages', async () => {
    const store = 'node_modules/.pnpm';
    await write({
      'packages/api/package.json': '{"dependencies":{"outer":"1"}}',
      'packages/api/index.ts': "import outer from 'outer';\nexport const handler = async () => outer;\n",
      [`${store}/outer@1/node_modules/outer/package.json`]: '{"dependencies":{"inner":"1"}}',
      [`${store}/outer@1/node_modules/outer/index.js`]: "module.exports = ['outer', require('inner')];\n",
      [`${store}/inner@1/node_modules/inner/index.js`]: "module.exports = 'inner';\n",
    });
    await mkdir(path.join(folder, 'packages/api/node_modules'));
    await symlink(`../../../${store}/outer@1/node_modules/outer`, path.join(folder, 'packages/api/node_modules/outer'));
    await symlink('../../inner@1/node_modules/inner', path.join(folder, store, 'outer@1/node_modules/inner'));
    const { output } = await build({
      code: 'packages/api',
      handler: 'index.handler',
      build: { external: ['outer/sub', 'outer'] },
    });
    await rm(path.join(folder, 'node_modules'), { recursive: true });
    expect(call(path.join(output, 'index.js'))).toBe('["outer","inner"]');
  });

  it('bundles TypeScript with its dependencies into a file that runs alone', async () => {
    await write({
      'src/index.ts':
        "import { one } from './one.js';\nimport dep from 'dep';\nexport const handler = async (e: { n: number }): Promise<number> => dep(e.n) + one;\n",
      'src/one.ts': 'export const one: number = 1;\nexport const unused = "tree shaking takes this";\n',
      'node_modules/dep/package.json': '{"name":"dep","main":"index.js"}',
      'node_modules/dep/index.js': 'module.exports = (n) => n + require("node:path").sep.length;',
    });
    const result = await build();
    expect(result).toMatchObject({
      builder: 'esbuild',
      isSource: false,
      output: path.join(folder, '.lambdakit/build/api'),
    });
    expect(await readdir(result.output, { recursive: true })).toEqual(['src', 'src/index.js', 'src/index.js.map']);
    expect(call(path.join(result.output, 'src/index.js'))).toBe('3');
    expect(await readFile(path.join(result.output, 'src/index.js'), 'utf8')).not.toContain('tree shaking takes this');
    expect(result.inputs).toContain(path.join(folder, 'src/one.ts'));
    expect(Object.keys(result.metafile?.inputs ?? {})).toContain('node_modules/dep/index.js');
    expect(JSON.parse(await readFile(`${result.output}.meta.json`, 'utf8'))).toEqual(result.metafile);
  });

  it('makes an ES module where the package is one, in which CommonJS packages work', async () => {
    await write({
      'package.json': '{"type":"module"}',
      'src/index.ts':
        "import dep from 'dep';\nconst where = await Promise.resolve(import.meta.url);\nexport const handler = async () => [dep(), where.startsWith('file:')];\n",
      'node_modules/dep/package.json': '{"name":"dep"}',
      'node_modules/dep/index.js': 'const os = require("os"); module.exports = () => typeof os.EOL;',
    });
    const { output } = await build();
    expect(call(path.join(output, 'src/index.mjs'))).toBe('["string",true]');
  });

  it('leaves the AWS SDK to the runtime, unless told to bundle it', async () => {
    await write({
      'src/index.ts': "import { Client } from '@aws-sdk/client-x';\nexport const handler = () => Client;\n",
      'node_modules/@aws-sdk/client-x/package.json': '{"name":"@aws-sdk/client-x"}',
      'node_modules/@aws-sdk/client-x/index.js': 'exports.Client = "the sdk itself";',
    });
    const text = async (options: Partial<BuildRequest>) =>
      readFile(path.join((await build(options)).output, 'src/index.js'), 'utf8');
    expect(await text({})).toContain('require("@aws-sdk/client-x")');
    expect(await text({ build: { bundleAwsSdk: true } })).toContain('the sdk itself');
    expect(await text({ runtime: 'nodejs16.x' })).toContain('the sdk itself');
  });

  it('maps stack traces to the source', async () => {
    await write({ 'src/index.ts': '\n\nexport const handler = () => {\n  throw new Error("here");\n};\n' });
    const { output } = await build();
    expect(() => call(path.join(output, 'src/index.js'), '--enable-source-maps')).toThrow(/src\/index\.ts:4:9/);
  });

  it('puts included files beside the bundle', async () => {
    await write({
      'src/index.ts': 'export const handler = 1;',
      'views/a.html': 'a',
      'views/b.txt': 'b',
      'node_modules/x/views/c.html': '',
    });
    const { output } = await build({ include: ['/views/*.html'] });
    expect(await readdir(path.join(output, 'views'))).toEqual(['a.html']);
  });

  it.each([
    [
      "import 'left-pad-x';\nexport const handler = 1;\n",
      'src/index.ts:1:8: Could not resolve "left-pad-x"',
      'npm install',
    ],
    ['export const handler = ;\n', 'src/index.ts:1:24: Unexpected ";"', 'Mend'],
    ["export { handler } from './gone.js';\n", 'src/index.ts:1:25: Could not resolve "./gone.js"', 'Mend'],
  ])('names file and line of a fault (%#)', async (text, message, hint) => {
    await write({ 'src/index.ts': text });
    const error = await failure(build());
    expect(error.code).toBe('build-failed');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('keeps the last good build when a build fails', async () => {
    await write({ 'src/index.ts': 'export const handler = () => 1;' });
    const { output } = await build();
    await write({ 'src/index.ts': 'export const handler = ;' });
    await failure(build());
    expect(call(path.join(output, 'src/index.js'))).toBe('1');
    expect(await readdir(path.dirname(output))).toEqual(['api', 'api.meta.json']);
  });

  it('removes what an earlier build left', async () => {
    await write({ 'src/index.ts': 'export const handler = 1;', 'src/other.ts': 'export const handler = 2;' });
    await build();
    const { output } = await build({ handler: 'src/other.handler' });
    expect(await readdir(path.join(output, 'src'))).toEqual(['other.js', 'other.js.map']);
  });

  it('says which files were looked for when the handler is not there', async () => {
    await write({ 'src/main.ts': '' });
    const error = await failure(build({ build: { builder: 'esbuild' } }));
    expect(error.code).toBe('file-not-found');
    expect(error.hint).toContain('src/index{.ts,');
  });

  it('gives equal bytes in another folder', async () => {
    await write({ 'a/src/index.ts': "import './b.js';\nexport const handler = 1;", 'a/src/b.ts': 'console.log(1);' });
    await write({
      'elsewhere/z/src/index.ts': "import './b.js';\nexport const handler = 1;",
      'elsewhere/z/src/b.ts': 'console.log(1);',
    });
    const bytes = async (code: string, key: string) => {
      const { output } = await build({ code, key });
      return [await readFile(path.join(output, 'src/index.js')), await readFile(path.join(output, 'src/index.js.map'))];
    };
    expect(await bytes('a', 'one')).toEqual(await bytes('elsewhere/z', 'two'));
  });
});

describe('buildFunction', () => {
  it('takes a folder that needs no build as it is', async () => {
    await write({ 'src/index.js': 'exports.handler = async () => 1;' });
    expect(await build()).toMatchObject({ builder: 'none', output: folder, isSource: true });
  });

  it('bundles JavaScript that has dependencies', async () => {
    await write({ 'src/index.js': 'exports.handler = async () => 1;', 'package.json': '{"dependencies":{"dep":"1"}}' });
    expect((await build()).builder).toBe('esbuild');
  });

  it('takes a .zip file as it is', async () => {
    await write({ 'function.zip': 'PK' });
    expect(await build({ code: 'function.zip' })).toMatchObject({
      builder: 'none',
      output: path.join(folder, 'function.zip'),
    });
  });

  it.each([
    ['gone', 'file-not-found'],
    ['readme.txt', 'invalid-input'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1', 'invalid-input'],
  ])('refuses code %s', async (code, expected) => {
    await write({ 'readme.txt': '' });
    expect((await failure(build({ code }))).code).toBe(expected);
  });

  it('runs a command that fills the output folder, without a shell', async () => {
    await write({
      'make.mjs':
        "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.LAMBDAKIT_OUTPUT + '/index.mjs', process.argv[2] + process.env.MODE);\n",
    });
    const { output, builder } = await build({
      build: { command: [process.execPath, 'make.mjs', '$HOME;'], environment: { MODE: 'x' } },
    });
    expect(builder).toBe('command');
    expect(await readFile(path.join(output, 'index.mjs'), 'utf8')).toBe('$HOME;x');
  });

  it('copies the output that a command names', async () => {
    await write({ 'out/bootstrap': '#!/bin/sh\n' });
    const { output } = await build({ build: { command: [process.execPath, '-e', '0'], output: 'out' } });
    expect(await readdir(output)).toEqual(['bootstrap']);
    const error = await failure(build({ build: { command: [process.execPath, '-e', '0'], output: 'gone' } }));
    expect(error).toMatchObject({ code: 'build-failed', message: expect.stringContaining('gone') });
  });

  it('shows the end of what a failed command said', async () => {
    await write({ 'fail.mjs': "console.error('the reason'); process.exitCode = 3;" });
    const error = await failure(build({ build: { command: [process.execPath, 'fail.mjs'] } }));
    expect(error.code).toBe('build-failed');
    expect(error.message).toMatch(/ended with exit code 3:\n {2}the reason/);
  });

  it('says that a program is not installed', async () => {
    const error = await failure(build({ build: { command: ['no-such-program-x'] } }));
    expect(error).toMatchObject({ code: 'toolchain-missing', details: { program: 'no-such-program-x' } });
  });

  it('stops a command on abort and leaves nothing', async () => {
    const controller = new AbortController();
    const onProgress = ({ text }: { text: string }) => {
      if (text === 'running') controller.abort();
    };
    const running = build({
      build: { command: [process.execPath, '-e', "console.log('running'); setInterval(() => {}, 1000)"] },
      signal: controller.signal,
      onProgress,
    });
    expect((await failure(running)).code).toBe('interrupted');
    expect(await readdir(path.join(folder, '.lambdakit/build'))).toEqual([]);
  });
});
