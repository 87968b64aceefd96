import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { layerFolder, packageLayer } from '../../src/actions/package-layer.js';
import { loadProject } from '../../src/config/load-project.js';
import { resolveLayer } from '../../src/config/resolve-function.js';
import { invokeOnce } from '../../src/local/index.js';
import { readArchiveDirectory } from '../../src/packaging/read-archive.js';

const context = { signal: new AbortController().signal, progress: () => undefined };
const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const python = /3\.\d+/.exec(spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0] ?? '3.13';

async function createLayer(layer: object, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'lambdakit-layer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const all = { 'lambdakit.json': JSON.stringify({ layers: { shared: { content: 'shared', ...layer } } }), ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const project = await loadProject({ folder, environment: {} });
  const resolved = await resolveLayer(project, 'shared');
  const pack = async () => {
    const content = path.join(folder, 'shared');
    const outputFile = path.join(folder, '.lambdakit/packages/layers/shared.zip');
    const { layerName, config } = resolved;
    const { file, sha256 } = await packageLayer({ layerName, content, config, outputFile }, context);
    return { sha256, names: (await readArchiveDirectory(file)).map(({ name }) => name) };
  };
  return { folder, project, resolved, pack };
}

it('a layer is built, put where its runtime looks, and the same bytes each time', async () => {
  const { pack, resolved, project } = await createLayer(
    {
      compatibleRuntimes: ['nodejs22.x'],
      build: {
        command: [
          'sh',
          '-c',
          'mkdir -p "$LAMBDAKIT_OUTPUT/node_modules" && cp -r dep "$LAMBDAKIT_OUTPUT/node_modules/"',
        ],
      },
    },
    { 'shared/dep/index.js': 'module.exports = 1;' },
  );
  const first = await pack();
  expect(first.names).toEqual(['nodejs/node_modules/dep/index.js']);
  expect(await pack()).toEqual(first);
  const folder = await layerFolder(resolved, project, context);
  expect(folder).not.toBe(path.join(project.folder, 'shared'));
});

it.skipIf(!hasPip)(
  `a layer of Python packages is built and found by a function ${hasPip ? '' : '(skipped: pip is not installed)'}`,
  async () => {
    const { folder, project, resolved, pack } = await createLayer(
      { compatibleRuntimes: [`python${python}`], build: { builder: 'python' } },
      {
        'shared/requirements.txt': 'idna==3.10\n',
        'function/app.py': 'import idna\ndef handler(event, context):\n    return idna.__version__\n',
      },
    );
    expect((await pack()).names).toContain('python/idna/core.py');
    const { outcome } = await invokeOnce({
      functionName: 'uses-layer',
      codeFolder: path.join(folder, 'function'),
      layerFolders: [await layerFolder(resolved, project, context)],
      runtime: `python${python}`,
      handler: 'app.handler',
      payload: Buffer.from('{}'),
      timeoutSeconds: 30,
      cacheFolder: path.join(folder, 'cache'),
    });
    expect(Buffer.from(outcome.payload).toString()).toBe('"3.10"');
  },
  300_000,
);
