import { describe, expect, it } from 'vitest';
import { findVisibleFolders, functionLines, machineLines } from '../../../../src/local/supervisor/namespace-mounts.js';

describe.skipIf(process.platform !== 'linux')('the mounts of a namespace (Linux)', () => {
  const lines = async (
    interpreterPrefix: string | undefined,
    tmp: { sizeMb: number } | { folder: string } = { sizeMb: 512 },
  ) => {
    const visibleFolders = await findVisibleFolders();
    const folders = { codeFolder: '/usr', optView: '/usr', runtimeFolder: '/usr' };
    const hosts = { file: '/etc/passwd', shownAt: '/etc/hosts' };
    const newRoot = '/new root';
    const own = await functionLines({ newRoot, ...folders, interpreterPrefix, tmp, hosts });
    return [...machineLines(newRoot, visibleFolders), ...own];
  };
  const targets = (list: readonly string[]) => list.map((line) => line.split(' ')[1]!.replace('/new\\040root', ''));

  it('hide home folders, sockets and what else is not there on Lambda', async () => {
    const shown = targets(await lines(undefined));
    expect(shown).toEqual(
      expect.arrayContaining(['/', '/usr', '/etc', '/proc', '/var/task', '/opt', '/var/runtime', '/tmp']),
    );
    for (const folder of ['/home', '/root', '/mnt', '/run', '/var', '/var/run', '/var/lang'])
      expect(shown).not.toContain(folder);
  });

  it('show a hidden interpreter also at its own path', async () => {
    expect(targets(await lines('/root/.nvm/versions/node/v22.1.0'))).toEqual(
      expect.arrayContaining(['/var/lang', '/root/.nvm/versions/node/v22.1.0']),
    );
    expect(targets(await lines('/usr')).filter((target) => target === '/usr')).toHaveLength(1);
  });

  it('show an interpreter below /opt in /var/lang alone, for /opt belongs to the function', async () => {
    const shown = targets(await lines('/opt/hostedtoolcache/node/22.1.0/x64'));
    expect(shown).toContain('/var/lang');
    expect(shown.filter((target) => target.startsWith('/opt'))).toEqual(['/opt']);
  });

  it('put a hosts file of our own over the one of the machine, after /etc is there', async () => {
    const all = await lines(undefined);
    const at = all.findIndex((line) => line.startsWith('/etc/passwd '));
    expect(all[at]).toMatch(/^\/etc\/passwd \/new\\040root\/etc\/hosts none bind,ro/);
    expect(at).toBeGreaterThan(targets(all).indexOf('/etc'));
  });

  it('limit /tmp, or take a folder for it', async () => {
    expect((await lines(undefined)).at(-1)).toContain('tmpfs mode=1777,size=512m,');
    expect((await lines(undefined, { folder: '/w/tmp' })).at(-1)).toMatch(/^\/w\/tmp .* none rbind,/);
  });
});
