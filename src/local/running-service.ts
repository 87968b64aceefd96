import { findLockHolder } from './store/state-lock.js';

/** Where the service that holds a state folder listens; undefined when none runs. */
export async function findRunningService(
  stateFolder: string,
): Promise<{ readonly endpoint: string; readonly pid: number } | undefined> {
  const holder = await findLockHolder(stateFolder);
  return holder?.endpoint === undefined ? undefined : { endpoint: holder.endpoint, pid: holder.pid };
}
