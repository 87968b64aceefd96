import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { identifyOwnProcess, identifyProcess, isSameProcessRunning } from '../../../src/system/process-identity.js';
import { listProcessMemory, readPeakMemory, readProcessMemory } from '../../../src/system/process-memory.js';
import { type ProcessTreeEnd, spawnProcessTree } from '../../../src/system/process-tree.js';

/** Runs a shell script as a tree without a named pipe, as on systems other than Linux. */
async function run(script: string): Promise<{ end: ProcessTreeEnd; text: string }> {
  let text = '';
  const end = await new Promise<ProcessTreeEnd>((resolve, reject) => {
    spawnProcessTree({
      command: '/bin/sh',
      args: ['-c', script, 'name', 'argument'],
      env: { PATH: '/usr/bin:/bin', ONLY: 'this' },
      onOutput: (chunk) => {
        text += Buffer.from(chunk).toString('utf8');
      },
      onExit: resolve,
    }).catch(reject);
  });
  return { end, text };
}

describe.skipIf(process.platform === 'win32')('a process tree without a named pipe', () => {
  it('keeps the order of stdout and stderr and passes the arguments on', async () => {
    const { end, text } = await run('echo "$0 $1 $ONLY"; echo two >&2; echo three; exit 4');
    expect(text).toBe('name argument this\ntwo\nthree\n');
    expect(end).toEqual({ exitCode: 4, signal: undefined });
  });

  it('tells the signal that ended it', async () => {
    expect((await run('kill -TERM $$')).end).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
  });

  it('ends what is left of the group with its leader', async () => {
    const { text } = await run('sleep 300 & echo $!');
    // Gone, or dead and not yet collected by its new parent; the kernel takes a moment for it.
    const state = () => spawnSync('ps', ['-o', 'stat=', '-p', text.trim()], { encoding: 'utf8' }).stdout.trim();
    await expect.poll(state, { timeout: 5000, interval: 10 }).toMatch(/^(Z.*)?$/);
  });
});

describe.skipIf(process.platform === 'win32')('what is known of a process', () => {
  it('is when it started, which no other process shares with its pid', async () => {
    const own = await identifyOwnProcess();
    expect(own).toEqual({ pid: process.pid, startTime: expect.stringMatching(/^\w.*\d$/) });
    expect(await identifyProcess(process.pid)).toEqual(own);
    expect(await isSameProcessRunning({ ...own, startTime: 'another' })).toBe(false);
    expect(await identifyProcess(2 ** 22 + 1)).toBeUndefined();
  });

  it('is its memory, by ps on every system', async () => {
    const own = (await listProcessMemory()).find(({ pid }) => pid === process.pid);
    expect(own?.parentPid).toBe(process.ppid);
    expect(own?.residentBytes).toBeGreaterThan(10_000_000);
  });

  it.skipIf(process.platform !== 'linux')('is its memory, by /proc (Linux)', () => {
    const { rss } = process.memoryUsage();
    const memory = readProcessMemory(process.pid);
    const total = (memory?.privateBytes ?? 0) + (memory?.fileBytes ?? 0);
    expect(Math.abs(total - rss)).toBeLessThan(rss / 4);
    expect(readPeakMemory(process.pid)).toBeGreaterThanOrEqual(total * 0.9);
    expect(readProcessMemory(2 ** 22 + 1)).toBeUndefined();
    expect(readPeakMemory(2 ** 22 + 1)).toBe(0);
  });
});
