import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArtifact, readGitState, writeArtifactManifest } from '../../../src/actions/artifact-manifest.js';
import type { PackageResult } from '../../../src/packaging/package-function.js';
import { createFolder } from '../../service/deploy-kit.js';

const CONFIG = { runtime: 'nodejs24.x', handler: 'index.handler', architectures: ['arm64' as const] };

async function artifact(config: object = CONFIG) {
  const folder = createFolder({ 'hello.zip': 'package' });
  const packaged = { file: path.join(folder, 'hello.zip'), sha256: 'c2hh', zippedBytes: 7 } as PackageResult;
  const git = { commit: 'a'.repeat(40), hasChanges: false };
  const manifestFile = await writeArtifactManifest(packaged, { key: 'hello', config }, git);
  return { folder, packaged, manifestFile };
}

describe('the manifest of a package', () => {
  it('says what the package was made for, the same each time', async () => {
    const { manifestFile, folder } = await artifact();
    const text = readFileSync(manifestFile, 'utf8');
    expect(path.relative(folder, manifestFile)).toBe('hello.zip.manifest.json');
    expect(JSON.parse(text)).toEqual({
      formatVersion: 1,
      function: 'hello',
      codeSha256: 'c2hh',
      codeSize: 7,
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      handler: 'index.handler',
      layers: [],
      git: { commit: 'a'.repeat(40), hasChanges: false },
    });
    expect(readFileSync((await artifact()).manifestFile, 'utf8')).toBe(text);
  });

  it('fits the project that it was made in, and one that leaves the runtime open', async () => {
    const { packaged } = await artifact();
    expect(await checkArtifact(packaged, { key: 'hello', config: CONFIG })).toMatchObject({ function: 'hello' });
    const open = { architectures: CONFIG.architectures };
    expect(await checkArtifact(packaged, { key: 'hello', config: open })).toMatchObject({ function: 'hello' });
  });

  it.each([
    [
      'runtime',
      { ...CONFIG, runtime: 'nodejs22.x' },
      /was made for the runtime nodejs24\.x, and the project wants nodejs22\.x for hello/,
    ],
    ['architecture', { runtime: 'nodejs24.x' }, /was made for the architecture arm64, and the project wants x86_64/],
  ])('does not fit another %s', async (mismatch, config, message) => {
    const { packaged } = await artifact();
    await expect(checkArtifact(packaged, { key: 'hello', config })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(message),
      details: expect.objectContaining({ mismatch }),
    });
  });

  it('does not fit other bytes', async () => {
    const { packaged } = await artifact();
    await expect(
      checkArtifact({ ...packaged, sha256: 'b3RoZXI=' }, { key: 'hello', config: CONFIG }),
    ).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('its SHA-256 is b3RoZXI=, and c2hh is wanted'),
    });
  });

  it('is refused when it is none, and may be missing', async () => {
    const { packaged, manifestFile, folder } = await artifact();
    writeFileSync(manifestFile, 'hello');
    await expect(checkArtifact(packaged, { key: 'hello', config: CONFIG })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const lone = { file: path.join(folder, 'other.zip'), sha256: 'x' };
    expect(await checkArtifact(lone, { key: 'hello', config: CONFIG })).toBeUndefined();
  });
});

describe('the state of git', () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);

  it('is the commit, and whether files that git knows have changed', async () => {
    const folder = createFolder({ 'a.txt': 'a' });
    expect(await readGitState(folder)).toBeUndefined();
    git(folder, 'init', '-q');
    expect(await readGitState(folder)).toBeUndefined();
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'one');
    const commit = String(git(folder, 'rev-parse', 'HEAD')).trim();
    writeFileSync(path.join(folder, 'untracked'), '');
    expect(await readGitState(folder)).toEqual({ commit, hasChanges: false });
    writeFileSync(path.join(folder, 'a.txt'), 'b');
    expect(await readGitState(folder)).toEqual({ commit, hasChanges: true });
  });
});
