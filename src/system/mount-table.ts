import { readFile } from './quick-files.js';

/** Flags of a mount that an unprivileged namespace may not drop when it mounts the same tree again (mount_namespaces(7)). */
const LOCKED_FLAGS: readonly string[] = ['nosuid', 'nodev', 'noexec'];

/** The mounts that we see, as mountinfo (proc(5)) lists them. Linux. */
export function readMountTable(): Promise<string> {
  return readFile('/proc/self/mountinfo', 'utf8');
}

/** Finds in a mount table the locked flags of the mount that holds a file. Of two mounts on one point the later one counts. */
export function lockedFlagsIn(table: string): (file: string) => readonly string[] {
  // 36 35 98:0 /root /mount/point rw,nosuid shared:1 - ext4 /dev/sda rw   (proc(5))
  const mounts = table.split('\n').flatMap((line) => {
    const [, , , , point = '', options = ''] = line.split(' ');
    return point === '' ? [] : [{ point: unescapeOctal(point), options }];
  });
  return (file) => {
    let holder: (typeof mounts)[number] | undefined;
    for (const mount of mounts) {
      if (holds(mount.point, file) && mount.point.length >= (holder?.point.length ?? 0)) holder = mount;
    }
    return holder?.options.split(',').filter((option) => LOCKED_FLAGS.includes(option)) ?? [];
  };
}

/** Writes a path as a field of fstab(5). */
export function escapeMountField(text: string): string {
  return text.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function holds(mountPoint: string, file: string): boolean {
  return file === mountPoint || file.startsWith(mountPoint.endsWith('/') ? mountPoint : `${mountPoint}/`);
}
