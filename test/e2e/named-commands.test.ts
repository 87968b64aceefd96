import { expect, it } from 'vitest';
import { createFolder, createProject, runBin } from './bin-kit.js';

/** With colons the framework looks a command up; as words it is run straight from its file. */
it.each([
  ['local', 'status', []],
  ['local', 'status', ['--json']],
  ['local', 'status', ['--nope']],
  ['alias', 'list', []],
  ['alias', 'list', ['hello', '--local', '--endpoint-url', 'http://127.0.0.1:1']],
  ['event', 'generate', ['sqs', '--', '--help']],
] as const)('`%s %s` with %j does what `topic:command` does', async (topic, name, flags) => {
  const cwd = createProject('return 1');
  const [straight, lookedUp] = [
    await runBin([topic, name, ...flags], { cwd }),
    await runBin([`${topic}:${name}`, ...flags], { cwd }),
  ];
  expect(straight).toEqual(lookedUp);
});

it.each([
  [['new', '--list'], 0, 'node'],
  [['package', 'hello', '--help'], 0, 'USAGE'],
  [['local'], 0, 'local start'],
] as const)('leaves %j to the framework', async (words, code, text) => {
  const result = await runBin(words, { cwd: createFolder() });
  expect(result.code).toBe(code);
  expect(result.stdout).toContain(text);
});

it('looks for no command outside of its own', async () => {
  const { code, stderr } = await runBin(['../chunks/start'], { cwd: createFolder() });
  expect(code).toBe(2);
  expect(stderr).toContain('There is no command');
});
