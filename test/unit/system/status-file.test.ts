import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processMemoryFile, readMemoryFile } from '../../../src/system/process-memory.js';
import { StatusFile } from '../../../src/system/status-file.js';

describe('StatusFile', () => {
  it('tells what is there now, and nothing when there is no such file', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-status-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const name = path.join(folder, 'status');
    const file = new StatusFile(name);
    expect(file.read()).toBeUndefined();
    await writeFile(name, 'first and long');
    expect(file.read()).toBe('first and long');
    await writeFile(name, 'second');
    expect(file.read()).toBe('second');
    file.close();
    expect(file.read()).toBe('second');
    file.close();
  });

  it.skipIf(process.platform !== 'linux')('leaves nothing open for a process that has ended (Linux)', async () => {
    const before = (await readdir('/proc/self/fd')).length;
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const file = processMemoryFile(child.pid ?? 0);
    expect(readMemoryFile(file)?.privateBytes).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(readMemoryFile(file)).toBeUndefined();
    expect((await readdir('/proc/self/fd')).length).toBe(before);
  });
});
