import { expect, it } from 'vitest';
import { createFolder, runBin } from './bin-kit.js';

function projectWithLayer(layer: object, layers: readonly string[] = ['words']): string {
  return createFolder({
    'lambdakit.json': JSON.stringify({
      functions: {
        hello: {
          code: 'src',
          runtime: 'nodejs24.x',
          handler: 'index.handler',
          timeout: 20,
          build: { builder: 'none' },
          layers,
        },
      },
      layers: { words: { content: 'words', ...layer } },
    }),
    'src/index.cjs': "exports.handler = async () => require('greeting').word;\n",
    'src/package.json': '{}',
    'words/node_modules/greeting/index.js': "exports.word = 'Hello from the layer';\n",
    'words/unwanted.txt': '',
  });
}

it.each([
  ['named', { prefix: 'nodejs' }],
  ['that of its runtimes', { compatibleRuntimes: ['nodejs24.x'] }],
  ['named, beside patterns', { prefix: '/nodejs/', exclude: ['unwanted.txt'] }],
])('runs a function with a layer below a prefix: %s', async (_, layer) => {
  const cwd = projectWithLayer(layer);
  const result = await runBin(['local', 'invoke', 'hello', '--json'], { cwd });
  expect(result).toMatchObject({ code: 0 });
  expect(JSON.parse(result.stdout).payload).toBe('Hello from the layer');
  const again = await runBin(['local', 'invoke', 'hello', '--json'], { cwd });
  expect(JSON.parse(again.stdout).payload).toBe('Hello from the layer');
});

it('warns of a layer of somebody else', async () => {
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:layer:other:7';
  const cwd = projectWithLayer({ prefix: 'nodejs' }, ['words', arn]);
  const result = await runBin(['local', 'invoke', 'hello'], { cwd });
  expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining(`the layer ${arn} is not of this project`) });
});

it('shares a layer and takes it back', async () => {
  const cwd = projectWithLayer({ prefix: 'nodejs' });
  expect(await runBin(['layer', 'publish', 'words', '--local'], { cwd })).toMatchObject({ code: 0 });
  const share = async (...args: string[]) => {
    const { code, stdout } = await runBin(['layer', 'share', 'words', ...args, '--local', '--json'], { cwd });
    return { code, document: JSON.parse(stdout) };
  };
  expect(await share('--with', '123456789012')).toMatchObject({
    code: 0,
    document: { layerName: 'words', version: 1, statementId: 'share-123456789012', outcome: 'shared' },
  });
  expect(await share('--with', '123456789012')).toMatchObject({ code: 5 });
  expect(await share('--with', '123456789012', '--revoke')).toMatchObject({
    code: 0,
    document: { outcome: 'revoked' },
  });
  expect(await share('--with', '*')).toMatchObject({ code: 0 });
  expect(await share('--with', 'somebody')).toMatchObject({ code: 2, document: { error: { code: 'usage' } } });
});
