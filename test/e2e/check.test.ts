import { expect, it } from 'vitest';
import { createProject, runBin } from './bin-kit.js';

it('is content with a sound function', async () => {
  const cwd = createProject('return 1;');
  expect(await runBin(['check'], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining('✔ hello') });
});

it('fails on problems, and with --strict on warnings, and prints no secret', async () => {
  const cwd = createProject('return 1;', { runtime: 'nodejs18.x', environment: { API_KEY: 'topsecret' } });
  const lenient = await runBin(['check', '--json'], { cwd });
  expect(lenient.code).toBe(0);
  const rules = JSON.parse(lenient.stdout).functions[0].lints.map(({ rule }: { readonly rule: string }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['runtime-deprecated', 'secret-in-environment']));
  expect(lenient.stdout + lenient.stderr).not.toContain('topsecret');
  const strict = await runBin(['check', '--strict', '--no-package', '--json'], { cwd });
  expect(strict.code).toBe(1);
  expect(JSON.parse(strict.stdout)).toMatchObject({ error: { code: 'check-failed' }, functions: [{ key: 'hello' }] });
});

it('does not take a reference for a secret', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of the project file
  const cwd = createProject('return 1;', { environment: { API_KEY: '${env:OUTER_KEY}' } });
  const { code, stdout } = await runBin(['check', '--strict', '--json'], { cwd, env: { OUTER_KEY: 'topsecret' } });
  expect({ code, lints: JSON.parse(stdout).functions[0].lints }).toEqual({ code: 0, lints: [] });
});
