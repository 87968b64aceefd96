import { readFile, readlink } from './quick-files.js';

/**
 * Names what a process may do to this machine, for as long as that cannot change: one boot, one user, one set of
 * namespaces (a container is another one). Undefined where the system does not say. Linux.
 */
export async function machineSession(): Promise<string | undefined> {
  try {
    const [boot, ...namespaces] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'latin1'),
      ...['mnt', 'user', 'pid', 'cgroup'].map((kind) => readlink(`/proc/self/ns/${kind}`)),
    ]);
    return [boot.trim(), process.getuid?.(), ...namespaces].join(' ');
  } catch {
    return undefined;
  }
}
