import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readDescendants } from '../../../src/system/process-table.js';

describe('the descendants of a process', () => {
  it.skipIf(process.platform !== 'linux')('are its children and theirs (Linux: /proc)', async () => {
    const shell = spawn('/bin/sh', ['-c', 'sh -c "echo $$; sleep 60" & wait'], { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => {
      for (const pid of readDescendants(shell.pid ?? 0)) process.kill(pid, 'SIGKILL');
    });
    await once(shell.stdout, 'data');
    const found = readDescendants(shell.pid ?? 0);
    expect(found[0]).toBe(shell.pid);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(readDescendants(process.pid)).toEqual(expect.arrayContaining([...found]));
  });

  it('are none besides itself when it is gone', () => {
    expect(readDescendants(2 ** 22 + 1)).toEqual([2 ** 22 + 1]);
  });
});
