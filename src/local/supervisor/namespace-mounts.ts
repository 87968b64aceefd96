import path from 'node:path';
import { escapeMountField, lockedFlagsIn, readMountTable } from '../../system/mount-table.js';
import { realpath, stat } from '../../system/quick-files.js';
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
  /** The folder that becomes the root; what `machineLines` says is there already. */
  readonly newRoot: string;
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

/** The lines of an fstab(5) that show the machine (`findVisibleFolders`) under a new root, to be mounted in their order. */
export function machineLines(newRoot: string, visibleFolders: readonly string[]): readonly string[] {
  return [
    fstabLine('tmpfs', path.join(newRoot, '/'), 'tmpfs', 'mode=755,size=1m'),
    ...visibleFolders.map((folder) => openLine(folder, path.join(newRoot, folder))),
    fstabLine('proc', path.join(newRoot, '/proc'), 'proc', 'X-mount.mkdir'),
  ];
}

/** The lines of an fstab(5) that add what belongs to one function, to be mounted in their order. */
export async function functionLines(mounts: NamespaceMounts): Promise<readonly string[]> {
  const { newRoot, interpreterPrefix: prefix, packages, hosts, tmp } = mounts;
  const lockedFlags = lockedFlagsIn(await readMountTable());
  const at = (target: string) => path.join(newRoot, target);
  const readOnly = async (source: string, target: string): Promise<string> => {
    const folder = await realpath(source);
    const options = ['rbind', 'ro', ...lockedFlags(folder), 'X-mount.mkdir'];
    return fstabLine(folder, at(target), 'none', options.join(','));
  };
  const hostsLine = async ({ file, shownAt }: HostsFile): Promise<string> => {
    const source = await realpath(file);
    return fstabLine(source, at(shownAt), 'none', ['bind', 'ro', ...lockedFlags(source)].join(','));
  };
  const lines = await Promise.all([
    ...(hosts === undefined ? [] : [hostsLine(hosts)]),
    readOnly(mounts.codeFolder, TRUE_VIEW.task),
    readOnly(mounts.optView, TRUE_VIEW.opt),
    readOnly(mounts.runtimeFolder, TRUE_VIEW.runtime),
    ...(prefix === undefined ? [] : [openLine(prefix, at(LANG_FOLDER))]),
    ...(packages === undefined
      ? []
      : [readOnly(packages.folder, PACKAGES_FOLDER), readOnly(packages.names, PACKAGE_NAMES_FOLDER)]),
    // Libraries may be linked with the absolute path of the installation.
    ...(prefix === undefined || isBelow(prefix, [...VISIBLE_FOLDERS, ...OWN_FOLDERS])
      ? []
      : [openLine(prefix, at(prefix))]),
  ]);
  const tmpLine =
    'sizeMb' in tmp
      ? fstabLine('tmpfs', at(TRUE_VIEW.tmp), 'tmpfs', `mode=1777,size=${tmp.sizeMb}m,nosuid,nodev,X-mount.mkdir`)
      : openLine(tmp.folder, at(TRUE_VIEW.tmp));
  return [...lines, tmpLine];
}

function openLine(source: string, target: string): string {
  return fstabLine(source, target, 'none', 'rbind,X-mount.mkdir');
}

function fstabLine(source: string, target: string, type: string, options: string): string {
  return [source, target, type, options].map(escapeMountField).concat('0', '0').join(' ');
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
