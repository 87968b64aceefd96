import path from 'node:path';
import { rm } from '../../system/files.js';
import {
  identifyProcess,
  isSameProcessRunning,
  type ProcessIdentity,
  parseProcessIdentity,
} from '../../system/process-identity.js';
import { readdir, readTextIfExists, writeFile } from '../../system/quick-files.js';
import { environmentsFolder, removeEnvironmentFolders } from './environment-folders.js';
import { pipesFolder } from './output-pipes.js';
import { killMarked } from './process-isolation.js';
import { sparesFolder } from './spare-namespaces.js';

/** Says in a folder whose it is. */
export async function writeOwner(file: string, owner: ProcessIdentity): Promise<void> {
  await writeFile(file, JSON.stringify(owner));
}

/**
 * Ends the environments whose service died without doing it: kills what is left of their processes and
 * removes their folders. Environments of a service that still runs are left alone.
 */
export async function reapLeftovers(workFolder: string): Promise<void> {
  const folder = environmentsFolder(workFolder);
  const ids = await readdir(folder).catch(() => []);
  await Promise.all(
    ids.map(async (environmentId) => {
      const root = path.join(folder, environmentId);
      if (await isOwned(root)) return;
      await killMarked(environmentId);
      await removeEnvironmentFolders(root);
    }),
  );
  await removeOld(pipesFolder(workFolder));
  await removeOld(sparesFolder(workFolder));
}

/** Removes the folders whose names begin with the pid of a service that is gone. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const owner = await identifyProcess(Number.parseInt(name, 10));
    if (owner === undefined) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

async function isOwned(root: string): Promise<boolean> {
  const owner = parseProcessIdentity(await readTextIfExists(path.join(root, 'owner.json')));
  return owner !== undefined && (await isSameProcessRunning(owner));
}
