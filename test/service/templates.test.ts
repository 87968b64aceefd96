import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunction } from '../../src/build/build-function.js';
import { loadProject } from '../../src/config/load-project.js';
import { resolveFunction } from '../../src/config/resolve-function.js';
import { invokeOnce } from '../../src/local/index.js';
import { packageFunction } from '../../src/packaging/package-function.js';
import { readArchiveDirectory } from '../../src/packaging/read-archive.js';
import { listTemplates } from '../../src/scaffold/list-templates.js';
import { scaffoldProject } from '../../src/scaffold/scaffold-project.js';

const run = promisify(execFile);
const SLOW_MS = 900_000;

interface Expectation {
  /** Programs without which the template cannot be built or tested. */
  readonly needs: readonly string[];
  readonly setUp?: readonly string[];
  /** The template's own tests. */
  readonly test?: readonly string[];
  readonly entries: readonly string[];
}

const python = 'python3';
const EXPECTED: Readonly<Record<string, Expectation>> = {
  'nodejs-typescript': {
    needs: ['npm'],
    setUp: ['npm', 'install', '--no-audit', '--no-fund', '--silent'],
    test: ['node', '--test', '--experimental-strip-types', 'test/index.test.ts'],
    entries: ['src/index.mjs', 'src/index.mjs.map'],
  },
  'nodejs-javascript': {
    needs: [],
    test: ['node', '--test', 'test/index.test.mjs'],
    entries: ['greeting.mjs', 'index.mjs'],
  },
  python: {
    needs: [python],
    test: [python, '-m', 'unittest', 'discover', 'tests'],
    entries: ['app.py', 'requirements.txt'],
  },
  go: { needs: ['go'], test: ['go', 'test', './...'], entries: ['bootstrap'] },
  // Its own test would compile all dependencies a second time, for the other profile.
  rust: { needs: ['cargo'], entries: ['bootstrap'] },
  java: {
    needs: ['mvn'],
    test: ['mvn', '-q', '-B', 'test'],
    entries: ['example/Handler.class', 'lib/aws-lambda-java-core-1.4.0.jar'],
  },
  'provided-shell': { needs: [], test: ['sh', '-n', 'src/bootstrap'], entries: ['bootstrap', 'function.sh'] },
};

/** It must answer, not only be there: a rustup without a toolchain in this home folder is no cargo. */
const isInstalled = (program: string) => spawnSync(program, [program === 'go' ? 'version' : '--version']).status === 0;

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-templates-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('the templates', () => {
  it('are all tested here', async () => {
    expect((await listTemplates()).map(({ name }) => name)).toEqual(Object.keys(EXPECTED).toSorted());
  });

  for (const [template, { needs, setUp, test, entries }] of Object.entries(EXPECTED)) {
    const missing = needs.filter((program) => !isInstalled(program));
    const reason = missing.length === 0 ? '' : `(skipped: ${missing.join(', ')} is not installed)`;
    it.skipIf(missing.length > 0)(
      `${template}: is scaffolded, passes its own test, is built, run and packaged ${reason}`,
      async () => {
        const folder = path.join(root, template);
        await scaffoldProject({ folder, template, name: 'hello' });
        for (const [program, ...args] of [setUp, test].filter((command) => command !== undefined)) {
          await run(program === 'node' ? process.execPath : program!, args, { cwd: folder });
        }
        const project = await loadProject({ folder, environment: {} });
        const { key, config } = await resolveFunction(project, 'hello');
        const built = await buildFunction({
          key,
          projectFolder: folder,
          code: String(config.code ?? '.'),
          runtime: config.runtime,
          handler: config.handler,
          architecture: config.architectures?.[0],
          build: config.build,
          include: config.include,
        });
        const { outcome } = await invokeOnce({
          functionName: key,
          codeFolder: built.output,
          runtime: config.runtime ?? '',
          handler: config.handler ?? 'bootstrap',
          payload: Buffer.from('{"name":"Ada"}'),
          timeoutSeconds: 60,
          memorySizeMb: 512,
          cacheFolder: path.join(root, 'cache'),
        });
        expect([Buffer.from(outcome.payload).toString(), outcome.functionError]).toEqual([
          expect.stringContaining('Ada'),
          undefined,
        ]);
        const packaged = await packageFunction({
          key,
          source: built.output,
          outputFile: path.join(folder, '.lambdakit/packages/hello.zip'),
        });
        const directory = await readArchiveDirectory(packaged.file);
        expect(directory.map(({ name }) => name)).toEqual(entries);
        expect(packaged.warnings).toEqual([]);
        const program = directory.find(({ name }) => name === 'bootstrap');
        if (program !== undefined) expect(program.mode.toString(8)).toBe('100755');
      },
      SLOW_MS,
    );
  }
});
