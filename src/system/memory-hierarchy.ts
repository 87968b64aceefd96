import path from 'node:path';
import { readFile, readTextIfExists } from './quick-files.js';

/** Where control groups with a memory limit could be made. */
export interface MemoryHierarchy {
  readonly version: 1 | 2;
  /** Folders of groups that hold us, nearest first: below the first one that is ours to write to a group can be made. */
  readonly parents: readonly string[];
}

/** Finds the groups that account for our memory; undefined where the kernel has none. Linux (cgroups(7)). */
export async function findMemoryHierarchy(): Promise<MemoryHierarchy | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [groups, mounts] = await Promise.all([
    readTextIfExists('/proc/self/cgroup'),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  const place = groups === undefined ? undefined : placeOf(groups, mounts);
  if (place === undefined) return undefined;
  const { version, top, own } = place;
  // Version 1 lets a group have processes and children; a nearer parent keeps all limits that apply to us.
  if (version === 1) return { version, parents: [own] };
  const parents = await Promise.all(
    upwards(own, top).map(async (folder) => {
      const enabled = await readFile(path.join(folder, 'cgroup.subtree_control'), 'utf8').catch(() => '');
      return enabled.trim().split(' ').includes('memory') ? [folder] : [];
    }),
  );
  return { version, parents: parents.flat() };
}

interface GroupPlace {
  readonly version: 1 | 2;
  /** The folder where the hierarchy is mounted. */
  readonly top: string;
  readonly own: string;
}

/** Our place in the hierarchy with the memory controller, from the texts of /proc/self/cgroup and mountinfo. */
export function placeOf(groups: string, mounts: string): GroupPlace | undefined {
  // 4:memory:/user.slice   or, for version 2,   0::/user.slice
  const lines = groups.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const find = (hasController: (names: string) => boolean): string | undefined =>
    lines.find((line) => line?.[1] !== undefined && hasController(line[1]))?.[2];
  const first = find((names) => names.split(',').includes('memory'));
  const group = first ?? find((names) => names === '');
  if (group === undefined) return undefined;
  const version = first === undefined ? 2 : 1;
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [kind, , options = ''] = right.split(' ');
    const [, , , root = '', point = ''] = left.split(' ');
    const isIt = version === 2 ? kind === 'cgroup2' : kind === 'cgroup' && options.split(',').includes('memory');
    // A container may see only its own part: the mount then begins at that group.
    const relative = path.posix.relative(root, group);
    if (isIt && !relative.startsWith('..')) return { version, top: point, own: path.posix.join(point, relative) };
  }
  return undefined;
}

function upwards(folder: string, top: string): readonly string[] {
  return folder === top || folder === '/' ? [folder] : [folder, ...upwards(path.posix.dirname(folder), top)];
}
