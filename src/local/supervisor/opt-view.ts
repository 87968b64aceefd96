import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  chmod,
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  systemErrorCode,
} from '../../system/files.js';
import * as quick from '../../system/quick-files.js';
import { randomUuid } from '../../system/random-uuid.js';

export interface OptViewOptions {
  readonly workFolder: string;
  /** Absolute folders of the unpacked layers in the order of the configuration; later ones win. */
  readonly layerFolders: readonly string[];
  /**
   * True when the function cannot write to the view: then files may be hard links to the layer store.
   * Otherwise they are copies, for a write to a link would change the layer itself.
   */
  readonly isReadOnly: boolean;
}

/**
 * The folder that shows the layers merged into one `/opt`. Made once per set of layers and kept for the
 * next environment; the layers themselves are never changed.
 */
export async function prepareOptView({ workFolder, layerFolders, isReadOnly }: OptViewOptions): Promise<string> {
  const [only] = layerFolders;
  if (isReadOnly && only !== undefined && layerFolders.length === 1) return only;
  const key = await viewKey(layerFolders, isReadOnly);
  const view = path.join(workFolder, 'opt', key);
  if (await exists(view)) return view;
  const unfinished = `${view}.${randomUuid()}`;
  try {
    await quick.mkdir(unfinished, { recursive: true });
    // One after the other: the order decides which layer wins.
    for (const layer of layerFolders) await mergeFolder(layer, unfinished, isReadOnly);
    await quick.rename(unfinished, view);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another environment of the same function was faster.
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemErrorCode(error) ?? '') || !(await exists(view))) throw error;
  }
  return view;
}

/** Layer folders are named by content, but a folder that was made anew must not be served from the old view. */
async function viewKey(layerFolders: readonly string[], isReadOnly: boolean): Promise<string> {
  const kind = isReadOnly ? 'links' : 'copies';
  if (layerFolders.length === 0) return kind;
  const hash = createHash('sha256').update(kind);
  for (const folder of layerFolders) {
    const { ino, mtimeMs } = await quick.stat(folder);
    hash.update(`\0${folder}\0${ino}\0${mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 32);
}

async function mergeFolder(from: string, to: string, isReadOnly: boolean): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) {
      await makeFolder(target);
      await mergeFolder(source, target, isReadOnly);
    } else {
      await rm(target, { recursive: true, force: true });
      if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else if (isReadOnly) await linkOrCopy(source, target);
      else await copyReadOnly(source, target);
    }
  }
}

async function makeFolder(target: string): Promise<void> {
  const existing = await lstat(target).catch(() => undefined);
  if (existing?.isDirectory()) return;
  if (existing !== undefined) await rm(target);
  await mkdir(target);
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    // Another disk, a file system without links, or the kernel's protection of foreign files.
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'EACCES'].includes(systemErrorCode(error) ?? '')) throw error;
    await copyReadOnly(source, target);
  }
}

async function copyReadOnly(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, (await stat(source)).mode & 0o555);
}

async function exists(folder: string): Promise<boolean> {
  return (await quick.stat(folder).catch(() => undefined)) !== undefined;
}
