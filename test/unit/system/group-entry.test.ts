import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { enteringGroup } from '../../../src/system/group-entry.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-entry-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = { command: process.execPath, args: ['-e', 'console.log(JSON.stringify(process.env))', 'a b'] };
const SHELLS = ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/busybox'].filter(
  (file) => spawnSync(file).error === undefined,
);

describe.skipIf(process.platform === 'win32').each(SHELLS)('entering a group with %s', (shell) => {
  const enter = (entryFile: string, env: Readonly<Record<string, string>>) => {
    const { args } = enteringGroup(entryFile, { ...program, env });
    // Started under the name sh, each of them is the shell of a system.
    return spawnSync(shell, args, { env: { ...env }, argv0: 'sh', encoding: 'utf8', cwd: '/usr' });
  };

  it.each([
    ['none of a shell', { PATH: '/usr/bin:/bin', HOME: '/root' }],
    ['those that Lambda sets', { PATH: '/usr/bin:/bin', PWD: '/var/task', SHLVL: '0' }],
    [
      'all that shells care for',
      {
        PATH: '/usr/bin:/bin',
        PWD: '/x',
        OLDPWD: '/y',
        SHLVL: '7',
        IFS: ':',
        OPTIND: '4',
        PPID: '1',
        UID: '9',
        _: 'u',
      },
    ],
  ])('leaves the variables as they are: %s', (_name, env) => {
    const entry = path.join(folder, 'procs');
    const { status, stdout } = enter(entry, env);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(env);
    expect(readFileSync(entry, 'utf8')).toBe('0\n');
  });

  it('starts the program without the group where there is none', () => {
    const { status, stderr } = enter(path.join(folder, 'missing', 'procs'), { PATH: '/usr/bin:/bin' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
