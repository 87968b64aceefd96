import { mkdtempSync, readdirSync } from 'node:fs';
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

it('leaves nothing of what it began when there is nothing to run', async () => {
  const cwd = createProject('return event;');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'temp-'));
  const env = { TMPDIR: folder, TMP: folder, TEMP: folder };
  expect(await runBin(['local', 'invoke', 'nobody'], { cwd, env })).toMatchObject({ code: 2 });
  expect(await runBin(['local', 'invoke', 'hello', '--no-such-flag'], { cwd, env })).toMatchObject({ code: 2 });
  expect((await runBin(['local', 'invoke', 'hello', '--payload', '1'], { cwd, env })).stdout).toBe('1\n');
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), { timeout: 5_000 });
});
