import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { open, readTextIfExists, rm, systemErrorCode, writeFileAtomically } from '../../system/files.js';
import { identifyOwnProcess, isSameProcessRunning, type ProcessIdentity } from '../../system/process-identity.js';

/** Who holds a state folder and where its service listens. */
export interface LockHolder extends ProcessIdentity {
  /** Absent until the service listens. */
  readonly endpoint?: string;
}

export interface StateLock {
  /** Tells other processes where the service listens. */
  publishEndpoint(endpoint: string): Promise<void>;
  release(): Promise<void>;
}

const FILE = 'service.json';

/**
 * Takes a state folder for this process. The lock of a process that has ended is taken over.
 * @throws LambdakitError `state-locked` naming the process that holds it
 */
export async function acquireStateLock(folder: string): Promise<StateLock> {
  const file = path.join(folder, FILE);
  const own = await identifyOwnProcess();
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await createExclusively(file, JSON.stringify(own))) return lockOf(file, own);
    const holder = await readHolder(file);
    if (holder !== undefined && (await isSameProcessRunning(holder))) throw locked(folder, holder);
    await rm(file, { force: true });
  }
  throw new LambdakitError('state-locked', `several processes want the state folder ${folder} at once`, {
    hint: 'Start one local service for each project.',
  });
}

/** The running process that holds a state folder; undefined when nobody does. */
export async function findLockHolder(folder: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(path.join(folder, FILE));
  return holder !== undefined && (await isSameProcessRunning(holder)) ? holder : undefined;
}

function lockOf(file: string, own: ProcessIdentity): StateLock {
  return {
    publishEndpoint: (endpoint) => writeFileAtomically(file, JSON.stringify({ ...own, endpoint }), { mode: 0o600 }),
    release: () => rm(file, { force: true }),
  };
}

async function createExclusively(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<LockHolder | undefined> {
  const text = await readTextIfExists(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'pid' in value ? (value as LockHolder) : undefined;
  } catch {
    // Half a lock file: its writer died in the act.
    return undefined;
  }
}

function locked(folder: string, holder: LockHolder): LambdakitError {
  const where = holder.endpoint === undefined ? '' : ` at ${holder.endpoint}`;
  return new LambdakitError(
    'state-locked',
    `a local service already runs on ${folder}: process ${holder.pid}${where}`,
    {
      hint: 'Use that one, or end it with "lambdakit local stop".',
      details: { pid: holder.pid, ...(holder.endpoint !== undefined && { endpoint: holder.endpoint }) },
    },
  );
}
