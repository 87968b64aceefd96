import { readdir, readFile, readlink } from 'node:fs/promises';

/** The number of the process that listens on a TCP port; undefined where the system does not tell us. */
export async function findPortOwner(port: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (/^\d+$/.test(pid) && (await holdsSocket(pid, sockets))) return Number(pid);
  }
  return undefined;
}

const LISTEN = '0A';

/** The inodes of the sockets that listen on a port, out of proc(5)'s net/tcp and net/tcp6. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const inodes = new Set<string>();
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (local.endsWith(suffix) && state === LISTEN) inodes.add(inode);
    }
  }
  return inodes;
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Processes of other users do not show what they have open.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
