import { expect, it } from 'vitest';
import { createFolder, runBin } from './bin-kit.js';

async function documentOf(...args: string[]) {
  const { code, stdout, stderr } = await runBin(args, { cwd: createFolder() });
  return { code, document: JSON.parse(stdout), stderr };
}

it.each([['--json'], ['--help', '--json'], ['help', '--json']])('the program: %s %s', async (...args) => {
  const { code, document } = await documentOf(...args);
  expect(code).toBe(0);
  expect(document).toMatchObject({ name: 'lambdakit', exitCodes: { 4: 'the function returned an error' } });
  expect(document.commands).toContainEqual(expect.objectContaining({ command: 'alias set' }));
});

it.each([
  ['alias', '--json'],
  ['alias', '--help', '--json'],
  ['help', 'alias', '--json'],
])('a topic: %s %s', async (...args) => {
  const { code, document } = await documentOf(...args);
  expect(code).toBe(0);
  expect(document).toMatchObject({ topic: 'alias', description: expect.stringMatching(/^Aliases: /) });
  expect(document.commands.map(({ command }: { readonly command: string }) => command)).toContain('alias set');
});

it.each([
  ['deploy', '--help', '--json'],
  ['help', 'deploy', '--json'],
])('a command: %s %s', async (...args) => {
  const { code, document } = await documentOf(...args);
  expect(code).toBe(0);
  expect(document.command).toBe('deploy');
  expect(document.flags).toContainEqual(expect.objectContaining({ name: 'dry-run', type: 'boolean' }));
});

it('no such command', async () => {
  const { code, document } = await documentOf('help', 'nonsense', '--json');
  expect({ code, error: document.error.code }).toEqual({ code: 2, error: 'usage' });
});

it('every topic says what it is, and not what its first command does', async () => {
  const { document } = await documentOf('--help', '--json');
  const summaries = new Set(document.commands.map(({ summary }: { readonly summary: string }) => summary));
  for (const { description } of document.topics) {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(summaries).not.toContain(description);
  }
});
