import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { createProject, runBin, writeFiles } from './bin-kit.js';

it('runs sample events, own events and earlier ones', async () => {
  const cwd = createProject('return event;');
  writeFiles(cwd, { 'events/mine.json': '{"n":7}' });
  const invoke = (...args: string[]) => runBin(['local', 'invoke', 'hello', ...args], { cwd });
  expect(await invoke('--replay', 'last')).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing') });
  const sample = await invoke('--event', 'sqs', '--set', 'Records[0].body=hi');
  expect(JSON.parse(sample.stdout).Records[0]).toMatchObject({ body: 'hi', eventSource: 'aws:sqs' });
  expect((await invoke('--event', 'mine')).stdout).toBe('{"n":7}\n');
  expect((await invoke('--replay', 'last')).stdout).toBe('{"n":7}\n');
  expect(await invoke('--event', 'nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('"nothing"') });
  expect(await invoke('--event', 'mine', '--payload', '{}')).toMatchObject({ code: 2 });
  expect(await invoke('--set', 'a=1')).toMatchObject({ code: 2, stderr: expect.stringContaining('--event') });
});

it('logs as the project file says', async () => {
  const body = 'return [process.env.AWS_LAMBDA_LOG_LEVEL, process.env.AWS_LAMBDA_LOG_GROUP_NAME];';
  const loggingConfig = { logFormat: 'JSON', applicationLogLevel: 'WARN', logGroup: '/own/group' };
  const { stdout } = await runBin(['local', 'invoke', 'hello'], { cwd: createProject(body, { loggingConfig }) });
  expect(JSON.parse(stdout)).toEqual(['WARN', '/own/group']);
});

it('remembers the event of a function that could not be built', async () => {
  const cwd = createProject('return event;');
  rmSync(path.join(cwd, 'src/index.mjs'));
  writeFiles(cwd, { 'src/index.ts': 'export const handler = async (event: unknown) => {' });
  const failed = await runBin(['local', 'invoke', 'hello', '--payload', '{"n":7}'], { cwd });
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('index.ts') });
  writeFiles(cwd, { 'src/index.ts': 'export const handler = async (event: unknown) => event;' });
  expect((await runBin(['local', 'invoke', 'hello', '--replay', 'last'], { cwd })).stdout).toBe('{"n":7}\n');
});

it('keeps nothing of the value of a variable in the marks of what was checked', async () => {
  const marksOf = async (environment: object, ...flags: string[]): Promise<readonly string[]> => {
    const cwd = createProject('return 1;', { environment });
    const env = { TOKEN: 'from-the-shell', NODE_DISABLE_COMPILE_CACHE: undefined };
    expect((await runBin(['local', 'invoke', 'hello', ...flags], { cwd, env })).stdout).toBe('1\n');
    const [file] = globSync('**/checked-settings', { cwd: path.join(cwd, '.cache') });
    return readFileSync(path.join(cwd, '.cache', file ?? ''), 'utf8')
      .trim()
      .split('\n');
  };
  const marks = await marksOf({ TOKEN: 'written' });
  // One of the function and one of the file.
  expect(marks).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of the project file
  expect(await marksOf({ TOKEN: '${env:TOKEN}' })).toEqual(marks);
  expect(await marksOf({ TOKEN: 'written' }, '--env', 'TOKEN=given')).toEqual(marks);
  expect(await marksOf({ TOKENS: 'written' })).not.toEqual(marks);
});

it('leaves nothing of what it began when there is nothing to run', async () => {
  const cwd = createProject('return event;');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'temp-'));
  const env = { TMPDIR: folder, TMP: folder, TEMP: folder };
  expect(await runBin(['local', 'invoke', 'nobody'], { cwd, env })).toMatchObject({ code: 2 });
  expect(await runBin(['local', 'invoke', 'hello', '--no-such-flag'], { cwd, env })).toMatchObject({ code: 2 });
  expect((await runBin(['local', 'invoke', 'hello', '--payload', '1'], { cwd, env })).stdout).toBe('1\n');
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), { timeout: 5_000 });
});
