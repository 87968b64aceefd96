import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInterpreterFinder } from '../../../../src/local/supervisor/interpreter.js';
import { findNode } from '../../../../src/local/supervisor/interpreter-node.js';
import { nearestVersion } from '../../../../src/local/supervisor/interpreter-probe.js';
import { compareVersions, startsVersion } from '../../../../src/local/supervisor/interpreter-search.js';

const OWN_MAJOR = process.versions.node.split('.')[0];

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'lambdakit-interpreter-test-')));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program that answers every question with these lines. */
async function writeProgram(file: string, ...lines: string[]): Promise<string> {
  const full = path.join(home, file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, `#!/bin/sh\n${lines.map((line) => `echo '${line}'\n`).join('')}`);
  await chmod(full, 0o755);
  return full;
}

const search = (variables: Record<string, string> = {}) => ({
  homeFolder: home,
  variables: { PATH: '/nowhere', ...variables },
});

describe('the Node.js of a function', () => {
  it('is our own when its major version fits', async () => {
    const found = await findNode(`nodejs${OWN_MAJOR}.x`, search());
    expect(found).toEqual({
      command: await realpath(process.execPath),
      prefix: path.dirname(path.dirname(await realpath(process.execPath))),
      version: process.versions.node,
    });
  });

  it.each([
    ['nvm', '.nvm/versions/node/v18.3.0/bin/node', {}],
    ['a moved nvm', 'elsewhere/versions/node/v18.3.0/bin/node', { NVM_DIR: 'elsewhere' }],
    ['fnm', '.local/share/fnm/node-versions/v18.3.0/installation/bin/node', {}],
    ['volta', '.volta/tools/image/node/18.3.0/bin/node', {}],
    ['asdf', '.asdf/installs/nodejs/18.3.0/bin/node', {}],
  ])('is found in %s', async (_tool, file, variables) => {
    const command = await writeProgram(file, 'v18.3.0');
    const absolute = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, path.join(home, value)]),
    );
    expect(await findNode('nodejs18.x', search(absolute))).toMatchObject({ command, version: '18.3.0' });
  });

  it('is found on the search path by its name with the version, also behind a link', async () => {
    const command = await writeProgram('store/bin/node', 'v18.19.1');
    await mkdir(path.join(home, 'bin'));
    await symlink(command, path.join(home, 'bin/node18'));
    const found = await findNode('nodejs18.x', search({ PATH: path.join(home, 'bin') }));
    expect(found).toEqual({ command, prefix: path.join(home, 'store'), version: '18.19.1' });
  });

  it('is the newest of several', async () => {
    await writeProgram('.nvm/versions/node/v18.9.0/bin/node', 'v18.9.0');
    await writeProgram('.nvm/versions/node/v18.20.0/bin/node', 'v18.20.0');
    await writeProgram('.nvm/versions/node/v180.1.0/bin/node', 'v180.1.0');
    expect((await findNode('nodejs18.x', search())).version).toBe('18.20.0');
  });

  it('is not taken at its name but asked', async () => {
    await writeProgram('bin/node18', 'v4.0.0');
    const found = await findNode('nodejs18.x', search({ PATH: path.join(home, 'bin') }));
    expect(found.version).toBe(process.versions.node);
  });

  it('is downloaded when that is allowed', async () => {
    const command = await writeProgram('cache/bin/node', 'v18.1.2');
    const found = await findNode('nodejs18.x', { ...search(), download: async () => command });
    expect(found).toMatchObject({ command, version: '18.1.2' });
  });

  it('is our own with a warning at last', async () => {
    const found = await findNode('nodejs18.x', search());
    expect(found.command).toBe(await realpath(process.execPath));
    expect(found.warning).toBe(
      `nodejs18.x: no Node.js 18 found on this machine, running with Node.js ${process.versions.node}. Install Node.js 18 (nvm, fnm or volta will do) to run the same version as AWS.`,
    );
  });
});

describe('the interpreter of another language', () => {
  const find = (runtime: string, variables: Record<string, string> = {}) =>
    createInterpreterFinder(search(variables)).find(runtime);

  it('is the Python of pyenv with the right version', async () => {
    const prefix = path.join(home, '.pyenv/versions/3.12.7');
    const command = path.join(prefix, 'bin/python3.12');
    await writeProgram('.pyenv/versions/3.12.7/bin/python3.12', '3.12.7', prefix, command);
    expect(await find('python3.12')).toEqual({ command, prefix, version: '3.12.7' });
  });

  it('is the nearest Python with a warning', async () => {
    const command = await writeProgram('bin/python3', '3.11.2', home, path.join(home, 'bin/python3'));
    const found = await find('python3.13', { PATH: path.join(home, 'bin') });
    expect(found).toMatchObject({ command, version: '3.11.2' });
    expect(found?.warning).toContain('python3.13: no Python 3.13 found on this machine, running with Python 3.11.2.');
  });

  it('is the next newer Python of pyenv rather than the older one on the search path', async () => {
    await writeProgram('bin/python3', '3.11.2', home, path.join(home, 'bin/python3'));
    for (const version of ['3.9.1', '3.13.0', '3.14.1']) {
      const command = path.join(home, '.pyenv/versions', version, 'bin/python3');
      await writeProgram(
        `.pyenv/versions/${version}/bin/python3`,
        version,
        path.dirname(path.dirname(command)),
        command,
      );
    }
    const found = await find('python3.12', { PATH: path.join(home, 'bin') });
    expect(found).toMatchObject({ version: '3.13.0', prefix: path.join(home, '.pyenv/versions/3.13.0') });
  });

  it('is a refusal when there is none', async () => {
    await expect(find('ruby3.4')).rejects.toMatchObject({
      errorType: 'Runtime.InvalidEntrypoint',
      message: expect.stringContaining('No Ruby was found on this machine for the runtime ruby3.4.'),
    });
  });

  it('is the Java of JAVA_HOME when it fits, and the one of SDKMAN when it does not', async () => {
    await writeProgram('jdk/bin/java');
    await writeFile(path.join(home, 'jdk/release'), 'JAVA_VERSION="17.0.15"\n');
    await writeProgram('.sdkman/candidates/java/21.0.2-tem/bin/java');
    await writeFile(
      path.join(home, '.sdkman/candidates/java/21.0.2-tem/release'),
      'IMPLEMENTOR="x"\nJAVA_VERSION="21.0.2"\n',
    );
    const variables = { JAVA_HOME: path.join(home, 'jdk') };
    expect(await find('java17', variables)).toMatchObject({ prefix: path.join(home, 'jdk'), version: '17.0.15' });
    expect(await find('java21', variables)).toMatchObject({ version: '21.0.2' });
  });

  it('is looked up once, unless the lookup failed', async () => {
    const finder = createInterpreterFinder(search({ PATH: path.join(home, 'bin') }));
    await expect(finder.find('ruby3.3')).rejects.toThrow();
    const command = await writeProgram('bin/ruby', '3.3.1', home, path.join(home, 'bin/ruby'));
    expect(await finder.find('ruby3.3')).toMatchObject({ command });
    await rm(command);
    expect(await finder.find('ruby3.3')).toMatchObject({ command });
  });

  it('is nothing for an OS-only runtime', async () => {
    expect(await find('provided.al2023')).toBeUndefined();
  });
});

describe('versions', () => {
  it('are compared by their numbers', () => {
    expect(['3.9.1', '3.10.0', '3.10', '2.99'].toSorted(compareVersions)).toEqual(['2.99', '3.9.1', '3.10.0', '3.10']);
    expect(startsVersion('3.10.1', '3.1')).toBe(false);
    expect(startsVersion('3.1.0', '3.1')).toBe(true);
  });

  it('prefer the next newer one over an older one', () => {
    const found = ['3.8.1', '3.14.0', '3.13.2', '3.11.9'].map((version) => ({ version }));
    expect(nearestVersion(found, '3.12')?.version).toBe('3.13.2');
    expect(nearestVersion(found, '3.15')?.version).toBe('3.14.0');
    expect(nearestVersion([], '3.15')).toBeUndefined();
  });
});
