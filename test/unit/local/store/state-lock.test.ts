import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireStateLock, findLockHolder } from '../../../../src/local/store/state-lock.js';

describe('acquireStateLock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets one in, names it to the other, and lets the next in after its release', async () => {
    const lock = await acquireStateLock(folder);
    await lock.publishEndpoint('http://127.0.0.1:1');
    await expect(acquireStateLock(folder)).rejects.toMatchObject({
      code: 'state-locked',
      message: expect.stringContaining(`process ${process.pid} at http://127.0.0.1:1`),
    });
    expect(await findLockHolder(folder)).toMatchObject({ pid: process.pid, endpoint: 'http://127.0.0.1:1' });
    await lock.release();
    expect(await findLockHolder(folder)).toBeUndefined();
    await (await acquireStateLock(folder)).release();
  });

  it('takes over from a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
    await once(child, 'exit');
    await writeFile(path.join(folder, 'service.json'), JSON.stringify({ pid: child.pid, startTime: '1' }));
    const lock = await acquireStateLock(folder);
    expect(await findLockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it.runIf(process.platform === 'linux')('takes over from a process whose number now belongs to another', async () => {
    await writeFile(path.join(folder, 'service.json'), JSON.stringify({ pid: process.pid, startTime: '1' }));
    const lock = await acquireStateLock(folder);
    expect(await findLockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('lets exactly one of many in when the lock is stale', async () => {
    await writeFile(path.join(folder, 'service.json'), JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1' }));
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => acquireStateLock(folder)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await findLockHolder(folder)).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).toEqual(['service.json']);
  });

  it.each(['', '{"pid":', '[]', '7'])('takes over a lock file of %j', async (content) => {
    await writeFile(path.join(folder, 'service.json'), content);
    const lock = await acquireStateLock(folder);
    expect(await findLockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });
});
