import path from 'node:path';
import { rm } from '../../system/files.js';
import { ENDED, processStartTime } from '../../system/process-table.js';
import { readdir, readTextIfExists, writeFile } from '../../system/quick-files.js';
import { environmentsFolder, removeEnvironmentFolders } from './environment-folders.js';
import { pipesFolder } from './output-pipes.js';
import { killMarked } from './process-isolation.js';
import { sparesFolder } from './spare-namespaces.js';

/** Names one service process for ever: pids are used again, a pid with its start time is not. */
export interface Owner {
  readonly pid: number;
  readonly startTime: string | undefined;
}

export async function ourselves(): Promise<Owner> {
  return { pid: process.pid, startTime: await processStartTime(process.pid) };
}

export async function writeOwner(file: string, owner: Owner): Promise<void> {
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
    const startTime = await processStartTime(Number.parseInt(name, 10));
    if (startTime === undefined || startTime === ENDED)
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

async function isOwned(root: string): Promise<boolean> {
  const text = await readTextIfExists(path.join(root, 'owner.json'));
  const owner = text === undefined ? undefined : parseOwner(text);
  if (owner === undefined) return false;
  const startTime = await processStartTime(owner.pid);
  return startTime !== undefined && startTime === owner.startTime;
}

/** A file that was cut off by a crash counts as none. */
function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    const startTime = 'startTime' in value && typeof value.startTime === 'string' ? value.startTime : undefined;
    return { pid: value.pid, startTime };
  } catch {
    return undefined;
  }
}
