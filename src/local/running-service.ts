import { findLockHolder } from './store/state-lock.js';

/** A service that runs in this or another process. */
export interface RunningService {
  readonly endpoint: string;
  readonly pid: number;
  /** `AWS_ENDPOINT_URL_*` of the service and its neighbours. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where the service that holds a state folder listens; undefined when none runs. */
export async function findRunningService(stateFolder: string): Promise<RunningService | undefined> {
  const holder = await findLockHolder(stateFolder);
  if (holder?.endpoint === undefined) return undefined;
  return { endpoint: holder.endpoint, pid: holder.pid, variables: holder.variables ?? {} };
}
