import path from 'node:path';
import { readFile } from './files.js';

/** Flags of a mount that an unprivileged namespace may not drop when it mounts the same tree again (mount_namespaces(7)). */
const LOCKED_FLAGS: readonly string[] = ['nosuid', 'nodev', 'noexec'];

/** The mounts that we see, as mountinfo (proc(5)) lists them. Linux. */
export function readMountTable(): Promise<string> {
  return readFile('/proc/self/mountinfo', 'utf8');
}

/** The locked flags of the mount that holds `file`. Of two mounts on one point the later one counts. */
export function findLockedFlags(table: string, file: string): readonly string[] {
  let longest = '';
  let flags: readonly string[] = [];
  for (const line of table.split('\n')) {
    // 36 35 98:0 /root /mount/point rw,nosuid shared:1 - ext4 /dev/sda rw   (proc(5))
    const [, , , , point = '', options = ''] = line.split(' ');
    const mountPoint = unescapeOctal(point);
    if (!holds(mountPoint, file) || mountPoint.length < longest.length) continue;
    longest = mountPoint;
    flags = options.split(',').filter((option) => LOCKED_FLAGS.includes(option));
  }
  return flags;
}

/** Writes a path as a field of fstab(5). */
export function escapeMountField(text: string): string {
  return text.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function holds(mountPoint: string, file: string): boolean {
  if (mountPoint === '') return false;
  const relative = path.relative(mountPoint, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
