import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/config/load-project.js';
import { resolveFunction } from '../../../src/config/resolve-function.js';
import type { LambdakitError } from '../../../src/errors/lambdakit-error.js';
import { findRuntime } from '../../../src/lambda/runtimes.js';
import { listTemplates } from '../../../src/scaffold/list-templates.js';
import { scaffoldProject } from '../../../src/scaffold/scaffold-project.js';

const templates = await listTemplates();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-scaffold-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const failure = async (promise: Promise<unknown>): Promise<LambdakitError> => {
  try {
    await promise;
  } catch (error) {
    return error as LambdakitError;
  }
  throw new Error('nothing was thrown');
};

describe('listTemplates', () => {
  it('has the templates for Node.js, each with known runtimes', () => {
    expect(templates.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nodejs-javascript', 'nodejs-typescript']),
    );
    expect(
      templates.flatMap(({ runtimes }) => runtimes).filter((runtime) => findRuntime(runtime) === undefined),
    ).toEqual([]);
  });
});

describe('scaffoldProject', () => {
  it.each(templates.map(({ name }) => name))(
    '%s: leaves a project that resolves, with no placeholder left',
    async (template) => {
      const result = await scaffoldProject({ folder: path.join(folder, 'My_fn-1'), template });
      expect(result.files).toEqual(expect.arrayContaining(['.gitignore', 'README.md', 'lambdakit.json']));
      expect(result.files).not.toContain('template.json');
      expect(result.files.some((file) => file.startsWith('events/') && file.endsWith('.json'))).toBe(true);
      for (const file of result.files) {
        expect(await readFile(path.join(result.folder, file), 'utf8')).not.toMatch(/\{\{\w+\}\}/);
      }
      const project = await loadProject({ folder: result.folder, environment: {} });
      const resolved = await resolveFunction(project, 'My_fn-1');
      expect(resolved.config).toMatchObject({ runtime: result.runtime, role: 'auto' });
      expect((await stat(path.resolve(result.folder, String(resolved.config.code ?? '.')))).isDirectory()).toBe(true);
      expect(result.nextSteps.length).toBeGreaterThan(0);
    },
  );

  it('takes the first template that has the runtime', async () => {
    const result = await scaffoldProject({ folder: path.join(folder, 'a'), runtime: 'nodejs22.x' });
    expect(result.runtime).toBe('nodejs22.x');
    expect(JSON.parse(await readFile(path.join(folder, 'a/lambdakit.json'), 'utf8')).functions.a.runtime).toBe(
      'nodejs22.x',
    );
  });

  it('writes nothing into a folder that is not empty, unless told so', async () => {
    await writeFile(path.join(folder, 'README.md'), 'mine');
    const error = await failure(scaffoldProject({ folder, name: 'hello' }));
    expect(error.code).toBe('folder-not-empty');
    expect(error.message).toContain('README.md');
    expect(await readFile(path.join(folder, 'README.md'), 'utf8')).toBe('mine');
    await scaffoldProject({ folder, name: 'hello', force: true });
    expect(await readFile(path.join(folder, 'README.md'), 'utf8')).toContain('# hello');
  });

  it('takes a new git repository for empty', async () => {
    await mkdir(path.join(folder, '.git'));
    expect((await scaffoldProject({ folder, name: 'hello' })).files).toContain('lambdakit.json');
  });

  it.each([
    [{ template: 'cobol' }, 'template-not-found', 'nodejs-typescript'],
    [{ runtime: 'cobol1.x' }, 'template-not-found', 'nodejs-typescript'],
    [{ template: 'nodejs-typescript', runtime: 'python3.14' }, 'invalid-input', 'nodejs24.x'],
    [{ name: 'my function' }, 'invalid-input', 'my-function'],
  ])('refuses %j and says what there is', async (options, code, hint) => {
    const error = await failure(scaffoldProject({ folder: path.join(folder, 'new'), ...options }));
    expect(error.code).toBe(code);
    expect(error.hint).toContain(hint);
    await expect(stat(path.join(folder, 'new'))).rejects.toThrow();
  });

  it('refuses a file in place of a folder', async () => {
    await writeFile(path.join(folder, 'file'), '');
    expect((await failure(scaffoldProject({ folder: path.join(folder, 'file') }))).code).toBe('folder-not-empty');
  });
});
