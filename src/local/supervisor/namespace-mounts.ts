import path from 'node:path';
import { realpath, stat } from '../../system/files.js';
import { escapeMountField, findLockedFlags, readMountTable } from '../../system/mount-table.js';
import { TRUE_VIEW } from './filesystem-view.js';
import type { HostsFile } from './hosts-file.js';
import { PACKAGE_NAMES_FOLDER, PACKAGES_FOLDER } from './runtime-packages.js';

/**
 * What a function sees of this machine: the system's programs, libraries, devices and settings. Home
 * folders, /opt, /tmp, /mnt, the sockets of /run and the rest of /var stay outside, as they do not exist
 * on Lambda.
 */
const VISIBLE_FOLDERS: readonly string[] = [
  ...['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/usr', '/etc', '/dev', '/sys', '/var/lib'],
  // The stores of other package managers, to which /usr or the interpreter may link.
  ...['/nix', '/gnu', '/snap', '/run/current-system', '/run/wrappers'],
];

/** These are the function's own; an interpreter that is installed below one of them is seen in /var/lang only. */
const OWN_FOLDERS: readonly string[] = [...Object.values(TRUE_VIEW).filter((value) => typeof value === 'string')];

/** Where the interpreter's folder appears, as in the managed runtimes. */
export const LANG_FOLDER = '/var/lang';

export interface NamespaceMounts {
  /** The empty folder that becomes the root. */
  readonly newRoot: string;
  /** What of the machine is shown (`findVisibleFolders`). */
  readonly visibleFolders: readonly string[];
  readonly codeFolder: string;
  readonly optView: string;
  readonly runtimeFolder: string;
  /** Folder above the interpreter's `bin`. */
  readonly interpreterPrefix: string | undefined;
  /** Megabytes of a private /tmp in memory, or the folder that becomes /tmp. */
  readonly tmp: { readonly sizeMb: number } | { readonly folder: string };
  /** Stand for the packages that the runtime brings: the node_modules they are in, and the folder with links to them. */
  readonly packages?: { readonly folder: string; readonly names: string } | undefined;
  /** Replaces the machine's hosts file. */
  readonly hosts: HostsFile | undefined;
}

/** The lines of an fstab(5) that build the function's file system under `newRoot`, to be mounted in their order. */
export async function mountLines(mounts: NamespaceMounts): Promise<readonly string[]> {
  const { newRoot, interpreterPrefix: prefix, visibleFolders: visible } = mounts;
  const table = await readMountTable();
  const line = (source: string, target: string, type: string, options: string): string =>
    [source, path.join(newRoot, target), type, options].map(escapeMountField).concat('0', '0').join(' ');
  const open = (source: string, target: string): string => line(source, target, 'none', 'rbind,X-mount.mkdir');
  const readOnly = async (source: string, target: string): Promise<string> => {
    const folder = await realpath(source);
    const options = ['rbind', 'ro', ...findLockedFlags(table, folder), 'X-mount.mkdir'];
    return line(folder, target, 'none', options.join(','));
  };
  const hostsLine = async ({ file, shownAt }: HostsFile): Promise<string> => {
    const source = await realpath(file);
    return line(source, shownAt, 'none', ['bind', 'ro', ...findLockedFlags(table, source)].join(','));
  };
  const packageLines = async ({ folder, names }: { folder: string; names: string }): Promise<readonly string[]> => [
    await readOnly(folder, PACKAGES_FOLDER),
    await readOnly(names, PACKAGE_NAMES_FOLDER),
  ];
  return [
    line('tmpfs', '/', 'tmpfs', 'mode=755,size=1m'),
    ...visible.map((folder) => open(folder, folder)),
    ...(mounts.hosts === undefined ? [] : [await hostsLine(mounts.hosts)]),
    line('proc', '/proc', 'proc', 'X-mount.mkdir'),
    await readOnly(mounts.codeFolder, TRUE_VIEW.task),
    await readOnly(mounts.optView, TRUE_VIEW.opt),
    await readOnly(mounts.runtimeFolder, TRUE_VIEW.runtime),
    ...(prefix === undefined ? [] : [open(prefix, LANG_FOLDER)]),
    ...(mounts.packages === undefined ? [] : await packageLines(mounts.packages)),
    // Libraries may be linked with the absolute path of the installation.
    ...(prefix === undefined || isBelow(prefix, [...visible, ...OWN_FOLDERS]) ? [] : [open(prefix, prefix)]),
    'sizeMb' in mounts.tmp
      ? line('tmpfs', TRUE_VIEW.tmp, 'tmpfs', `mode=1777,size=${mounts.tmp.sizeMb}m,nosuid,nodev,X-mount.mkdir`)
      : open(mounts.tmp.folder, TRUE_VIEW.tmp),
  ];
}

/** The folders of this machine that functions see; they hardly change while a service runs. */
export async function findVisibleFolders(): Promise<readonly string[]> {
  const folders = [...VISIBLE_FOLDERS, ...(await resolverFolder())];
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => undefined)));
  return folders.filter((_folder, index) => found[index]?.isDirectory());
}

/** /etc/resolv.conf is often a link to a file that a service keeps up to date elsewhere. */
async function resolverFolder(): Promise<readonly string[]> {
  const file = await realpath('/etc/resolv.conf').catch(() => undefined);
  const folder = file === undefined ? '/' : path.dirname(file);
  return folder === '/' || isBelow(folder, [...VISIBLE_FOLDERS, ...OWN_FOLDERS]) ? [] : [folder];
}

function isBelow(folder: string, roots: readonly string[]): boolean {
  return roots.some((root) => folder === root || folder.startsWith(`${root}/`));
}
