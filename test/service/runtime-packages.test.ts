import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildFunction } from '../../src/build/build-function.js';
import { invokeOnce } from '../../src/local/index.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ISOLATIONS = ['best', 'process'] as const;
const SOURCES = {
  'index.mts':
    "import { LambdaClient } from '@aws-sdk/client-lambda';\nexport const handler = async () => new LambdaClient({}).config.serviceId;\n",
  'index.cts':
    "import { LambdaClient } from '@aws-sdk/client-lambda';\nexport const handler = async () => new LambdaClient({}).config.serviceId;\n",
};

function createProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-sdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function runOnce(projectFolder: string, isolation: 'best' | 'process', codeFolder?: string) {
  const runtime = 'nodejs24.x';
  const built =
    codeFolder ??
    (await buildFunction({ key: 'f', projectFolder, code: 'src', runtime, handler: 'index.handler' })).output;
  const log: string[] = [];
  const { outcome } = await invokeOnce({
    functionName: 'f',
    codeFolder: built,
    runtime,
    handler: 'index.handler',
    payload: Buffer.from('{}'),
    timeoutSeconds: 20,
    memorySizeMb: 512,
    cacheFolder: path.join(projectFolder, 'cache'),
    supervisor: { isolation },
    onPlatformEvent: (_, { event }) => {
      if (event.type === 'function') log.push(String(event.text));
    },
  });
  return { answer: JSON.parse(Buffer.from(outcome.payload).toString()), log: log.join('') };
}

for (const isolation of ISOLATIONS) {
  for (const [name, source] of Object.entries(SOURCES)) {
    it(`finds the AWS SDK of the project that the bundle leaves out (${name}, isolation ${isolation})`, async () => {
      const folder = createProject({ [`src/${name}`]: source });
      symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
      expect((await runOnce(folder, isolation)).answer).toBe('Lambda');
    });

    it(`says what to do when the project has no AWS SDK (${name}, isolation ${isolation})`, async () => {
      const folder = createProject({ [`src/${name}`]: source });
      const { answer, log } = await runOnce(folder, isolation);
      expect(answer.errorMessage).toMatch(/Cannot find (module|package) '@aws-sdk\/client-lambda'/);
      expect(log).toContain("lambdakit: @aws-sdk/client-lambda is part of Lambda's Node.js runtimes");
      expect(log).toContain('npm install --save-dev @aws-sdk/client-lambda');
      expect(log).toContain('build.bundleAwsSdk');
    });
  }
}

const resolves = (names: readonly string[]) =>
  `exports.handler = async () => { const found = {}; for (const name of ${JSON.stringify(names)}) { try { found[name] = require(name); } catch (error) { found[name] = error.code; } } return found; };`;

it.skipIf(process.platform !== 'linux')('shows nothing else of the project to the function (Linux)', async () => {
  const folder = createProject({
    'build/f/index.js': resolves(['@aws-sdk/one', 'other']),
    'node_modules/@aws-sdk/one/index.js': 'module.exports = [1, require("helper")];',
    'node_modules/helper/index.js': 'module.exports = "helped";',
    'node_modules/other/index.js': 'module.exports = 2;',
  });
  const { answer } = await runOnce(folder, 'best', path.join(folder, 'build/f'));
  expect(answer).toEqual({ '@aws-sdk/one': [1, 'helped'], other: 'MODULE_NOT_FOUND' });
});

it.skipIf(process.platform !== 'linux')('follows the links of a workspace to its store (Linux)', async () => {
  const store = 'node_modules/.pnpm/@aws-sdk+one@1.0.0/node_modules';
  const folder = createProject({
    'packages/api/build/f/index.js': resolves(['@aws-sdk/one']),
    [`${store}/@aws-sdk/one/index.js`]: 'module.exports = [1, require("helper")];',
    'node_modules/.pnpm/helper@1.0.0/node_modules/helper/index.js': 'module.exports = "helped";',
  });
  symlinkSync('../../helper@1.0.0/node_modules/helper', path.join(folder, store, 'helper'));
  mkdirSync(path.join(folder, 'packages/api/node_modules/@aws-sdk'), { recursive: true });
  symlinkSync(`../../../../${store}/@aws-sdk/one`, path.join(folder, 'packages/api/node_modules/@aws-sdk/one'));
  symlinkSync('nowhere', path.join(folder, 'packages/api/node_modules/@aws-sdk/gone'));
  const { answer } = await runOnce(folder, 'best', path.join(folder, 'packages/api/build/f'));
  expect(answer).toEqual({ '@aws-sdk/one': [1, 'helped'] });
});
