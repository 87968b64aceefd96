import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFolder, createProject, runBin, writeFiles } from './bin-kit.js';

it('shows what a package is made of and proves that it can be built again', async () => {
  const cwd = createProject('return 1;');
  const { code, stdout } = await runBin(
    ['package', 'hello', '--stats', '--verify', '--treemap', 'map.html', '--json'],
    {
      cwd,
    },
  );
  expect(code).toBe(0);
  const [packaged] = JSON.parse(stdout).packages;
  expect(packaged).toMatchObject({ key: 'hello', isReproducible: true, treemap: 'map.html' });
  expect(packaged.stats.waste).toBeInstanceOf(Array);
  expect(readFileSync(path.join(cwd, 'map.html'), 'utf8')).toContain('index.mjs');
});

it('finds out that a build writes the time into its files', async () => {
  const cwd = createProject('return 1;', {
    build: { builder: 'command', command: ['node', 'stamp.mjs'], output: 'out' },
  });
  writeFiles(cwd, {
    'src/stamp.mjs':
      "import { mkdirSync, writeFileSync } from 'node:fs'; mkdirSync('out', { recursive: true }); writeFileSync('out/index.mjs', '// ' + process.hrtime.bigint());",
  });
  const { code, stdout } = await runBin(['package', '--verify', '--json'], { cwd });
  const { error } = JSON.parse(stdout);
  expect({ code, error: error.code }).toEqual({ code: 1, error: 'check-failed' });
  expect(error.message).toContain('index.mjs (content)');
});

it('says how a package differs from an older one and from the deployed one', async () => {
  const cwd = createProject('return 1;', { build: { builder: 'none' } });
  expect(await runBin(['package', '--out', 'old.zip'], { cwd })).toMatchObject({ code: 0 });
  expect(await runBin(['deploy', '--local'], { cwd })).toMatchObject({ code: 0 });
  writeFiles(cwd, { 'src/index.mjs': 'export const handler = async () => 2;\n', 'src/new.mjs': '' });
  for (const why of ['old.zip', 'deployed']) {
    const { code, stdout } = await runBin(['package', '--why', why, '--local', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).packages[0].difference).toMatchObject({
      isSameContent: false,
      entries: [
        { name: 'index.mjs', kinds: expect.arrayContaining(['content']) },
        { name: 'new.mjs', kinds: ['added'] },
      ],
    });
  }
  const missing = await runBin(['package', '--why', 'none.zip'], { cwd });
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('none.zip') });
});

it('takes one function for a picture', async () => {
  const cwd = createFolder({
    'lambdakit.json': JSON.stringify({
      functions: {
        a: { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler' },
        b: { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler' },
      },
    }),
    'src/index.mjs': 'export const handler = async () => 1;',
  });
  const result = await runBin(['package', '--treemap', 'map.html'], { cwd });
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('Name the function.') });
  expect(existsSync(path.join(cwd, 'map.html'))).toBe(false);
});
