import { isUtf8 } from 'node:buffer';
import { accessSync, constants, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What stands at one path of a tree. `other` is a FIFO, a socket or a device. */
export type FileKind = 'file' | 'folder' | 'link' | 'other';

/** What tells cheaply whether a file is still the one that was seen before; `fingerprint` begins with its change time in ms. */
export interface FileFingerprint {
  readonly size: number;
  readonly mode: number;
  readonly fingerprint: string;
}

export interface WalkedFile extends FileFingerprint {
  /** Path below the root with `/` between the names, on every system. */
  readonly name: string;
  readonly kind: FileKind;
  readonly absolutePath: string;
}

export interface WalkVisitor {
  /** Asked for everything but the root; a folder that is left out is not entered. */
  readonly wants: (name: string, isFolder: boolean) => boolean;
  readonly onFile: (file: WalkedFile) => void;
  /** A name that is not UTF-8 (with its bytes escaped), or a folder that cannot be read. */
  readonly onProblem: (name: string, reason: 'not-utf8' | 'unreadable', error?: unknown) => void;
}

/**
 * Visits a tree depth first without following links. Synchronous, because a tree of thousands of small
 * files is read four times as fast this way, and nothing else waits meanwhile.
 */
export function walkFiles(root: string, visitor: WalkVisitor): void {
  walkFolder(root, '', visitor);
}

function walkFolder(folder: string, prefix: string, visitor: WalkVisitor): void {
  for (const entry of listFolder(folder, prefix, visitor)) {
    const { name } = entry;
    const relative = prefix + name;
    const isFolder = entry.isDirectory();
    if (!visitor.wants(relative, isFolder)) continue;
    const absolutePath = folder + path.sep + name;
    const kind = isFolder ? 'folder' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other';
    const { size, mode, fingerprint } = fingerprintOf(absolutePath);
    visitor.onFile({ name: relative, kind, absolutePath, size, mode, fingerprint });
    if (isFolder) walkFolder(absolutePath, `${relative}/`, visitor);
  }
}

/** The entries of a folder whose names are UTF-8; the others are reported. */
function listFolder(folder: string, prefix: string, visitor: WalkVisitor) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes('\uFFFD'))) return entries;
    const broken = brokenNames(folder);
    for (const bytes of broken.values()) visitor.onProblem(prefix + escapeName(bytes), 'not-utf8');
    return entries.filter(({ name }) => !broken.has(name));
  } catch (error) {
    visitor.onProblem(prefix === '' ? '.' : prefix, 'unreadable', error);
    return [];
  }
}

/** Names of a folder that are not UTF-8: how Node reads them (with U+FFFD), and their bytes. */
function brokenNames(folder: string): ReadonlyMap<string, Uint8Array> {
  const names = readdirSync(folder, { encoding: 'buffer' });
  return new Map(names.filter((bytes) => !isUtf8(bytes)).map((bytes) => [bytes.toString('utf8'), bytes]));
}

/** Size, mode and fingerprint of what stands at a path itself (links are not followed). */
export function fingerprintOf(file: string): FileFingerprint {
  const stats = lstatSync(file);
  const { size, mode, ctimeMs, ino } = stats;
  // The change time moves with content, mode and modification time, and no program can set it back.
  return { size, mode, fingerprint: `${ctimeMs}-${size}-${ino}-${mode}` };
}

/** The same for what a link leads to; undefined where that does not exist. */
export function followedKind(file: string): Exclude<FileKind, 'link'> | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
}

export { readdirSync, readlinkSync, realpathSync };

/** True when our user may read the file; asks the system only where the mode leaves it open. */
export function canRead(file: string, mode: number): boolean {
  if ((mode & 0o444) === 0o444) return true;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function escapeName(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
