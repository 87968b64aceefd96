import path from 'node:path';
import { chmod, readdir, rm, symlink, systemErrorCode } from '../../system/files.js';
import * as quick from '../../system/quick-files.js';
import { removeSmallFolder } from '../../system/remove-folder.js';

/** What one execution environment has on disk; everything lies under `root`, whose name is the environment id. */
export interface EnvironmentFolders {
  readonly root: string;
  /** Private `/tmp`; lives as long as the environment. */
  readonly tmp: string;
  /** Without namespaces a link to the merged layers, so that the path names the environment. */
  readonly opt: string;
  /** Stays empty. */
  readonly empty: string;
  /** Says whose processes these are, for whoever cleans up after us. */
  readonly ownerFile: string;
  /** The named pipe for the output of one process. */
  outputPipe(processName: string): string;
}

/** The folder that holds one folder per environment. */
export function environmentsFolder(workFolder: string): string {
  return path.join(workFolder, 'environments');
}

export async function createEnvironmentFolders(workFolder: string, environmentId: string): Promise<EnvironmentFolders> {
  const root = path.join(environmentsFolder(workFolder), environmentId);
  const folders: EnvironmentFolders = {
    root,
    tmp: path.join(root, 'tmp'),
    opt: path.join(root, 'opt'),
    empty: path.join(root, 'empty'),
    ownerFile: path.join(root, 'owner.json'),
    outputPipe: (processName) => path.join(root, `${processName}.output`),
  };
  await quick.mkdir(root, { recursive: true, mode: 0o700 });
  await Promise.all([quick.mkdir(folders.tmp, { mode: 0o1777 }), quick.mkdir(folders.empty)]);
  return folders;
}

/** Removes everything, also what a function left without permissions. */
export async function removeEnvironmentFolders(root: string): Promise<void> {
  // Undefined where a function has taken the permission to look, too.
  const written = await quick.readdir(path.join(root, 'tmp')).catch(() => undefined);
  if (written?.length === 0) await removeSmallFolder(root);
  else await removeLargeFolder(root);
}

async function removeLargeFolder(root: string): Promise<void> {
  // A mount of a namespace that is just ending may keep a folder busy for a moment.
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 };
  try {
    await rm(root, options);
  } catch (error) {
    if (systemErrorCode(error) !== 'EACCES' && systemErrorCode(error) !== 'EPERM') throw error;
    await openFolders(root);
    await rm(root, options);
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}

/** Base names of the regular files directly in `extensions`, sorted; Lambda starts each of them. */
export async function listExtensions(optView: string): Promise<readonly string[]> {
  const folder = path.join(optView, 'extensions');
  const names = await quick.readdir(folder).catch(() => []);
  const kinds = await Promise.all(names.map((name) => quick.lstat(path.join(folder, name))));
  return names.filter((_name, index) => kinds[index]?.isFile() || kinds[index]?.isSymbolicLink()).sort();
}

/** Makes `link` a link to the folder `target`. */
export async function linkFolder(target: string, link: string): Promise<void> {
  // Windows lets only administrators make symbolic links; junctions are for everybody.
  await symlink(target, link, 'junction');
}
