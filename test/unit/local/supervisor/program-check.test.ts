import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkProgram } from '../../../../src/local/supervisor/program-check.js';

describe('a program that is to be started', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-program-check-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const check = (name: string) =>
    checkProgram({
      file: path.join(folder, name),
      shownAs: '/var/task/bootstrap',
      errorType: 'Runtime.InvalidEntrypoint',
      hostPath: (file) => file.replace(/^\/opt/, folder),
    });

  async function write(content: string | Uint8Array, mode = 0o755): Promise<string> {
    await writeFile(path.join(folder, 'program'), content);
    await chmod(path.join(folder, 'program'), mode);
    return 'program';
  }

  /** The head of an ELF file for a machine. */
  function elf(machine: number): Uint8Array {
    const head = Buffer.alloc(64);
    head.writeUInt32BE(0x7f454c46, 0);
    head.writeUInt16LE(machine, 18);
    return head;
  }

  it.each([
    ['a shell script', '#!/bin/sh\necho\n'],
    ['a script with an argument and blanks', '#! \t/usr/bin/env sh\n'],
    ['a binary for this machine', elf(process.arch === 'arm64' ? 183 : 62)],
  ])('may be %s', async (_what, content) => {
    await check(await write(content));
  });

  it('may have its interpreter in a layer', async () => {
    await writeFile(path.join(folder, 'tool'), '');
    await chmod(path.join(folder, 'tool'), 0o755);
    await check(await write('#!/opt/tool\n'));
  });

  it.each([
    ['text without #!', 'echo hello', 'exec format error'],
    ['an empty file', '', 'exec format error'],
    ['a binary for another machine', elf(process.arch === 'arm64' ? 62 : 183), 'exec format error'],
    ['a script for a missing interpreter', '#!/nowhere/sh\n', 'no such file or directory'],
    ['a script with Windows line ends', '#!/bin/sh\r\necho\r\n', 'no such file or directory'],
    ['a script with a relative interpreter', '#!sh\n', 'exec format error'],
  ])('must not be %s', async (_what, content, reason) => {
    await expect(check(await write(content))).rejects.toMatchObject({
      errorType: 'Runtime.InvalidEntrypoint',
      message: `fork/exec /var/task/bootstrap: ${reason}`,
    });
  });

  it('must exist, be a file and be executable', async () => {
    await expect(check('missing')).rejects.toThrow('no such file or directory');
    await mkdir(path.join(folder, 'folder'));
    await expect(check('folder')).rejects.toThrow('permission denied');
    await expect(check(await write('#!/bin/sh\n', 0o644))).rejects.toThrow('permission denied');
  });
});
