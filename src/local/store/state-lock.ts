import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { link, readTextIfExists, rm, systemErrorCode, writeFile, writeFileAtomically } from '../../system/files.js';
import { pause } from '../../system/pause.js';
import {
  identifyOwnProcess,
  isSameProcessRunning,
  type ProcessIdentity,
  parseProcessIdentity,
} from '../../system/process-identity.js';

/** Who holds a state folder and where its service listens. */
export interface LockHolder extends ProcessIdentity {
  /** Absent until the service listens. */
  readonly endpoint?: string;
  /** `AWS_ENDPOINT_URL_*` of the service and its neighbours. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface StateLock {
  /** Tells other processes where the service listens. */
  publishEndpoint(endpoint: string, variables?: Readonly<Record<string, string>>): Promise<void>;
  release(): Promise<void>;
}

const FILE = 'service.json';
/** Taking over a stale lock is a matter of a few file operations; two seconds are plenty. */
const ATTEMPTS = 100;
const RETRY_MS = 20;

/**
 * Takes a state folder for this process. The lock of a process that has ended is taken over.
 * @throws LambdakitError `state-locked` naming the process that holds it
 */
export async function acquireStateLock(folder: string): Promise<StateLock> {
  const file = path.join(folder, FILE);
  const own = await identifyOwnProcess();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await createExclusively(file, JSON.stringify(own))) return lockOf(file, own);
    const text = await readTextIfExists(file);
    const holder = parseProcessIdentity<LockHolder>(text);
    if (holder !== undefined && (await isSameProcessRunning(holder))) throw locked(folder, holder);
    if (text !== undefined && !(await removeStale(file, text, own))) await pause(RETRY_MS);
  }
  throw new LambdakitError('state-locked', `several processes want the state folder ${folder} at once`, {
    hint: 'Start one local service for each project.',
  });
}

/** The running process that holds a state folder; undefined when nobody does. */
export async function findLockHolder(folder: string): Promise<LockHolder | undefined> {
  const holder = parseProcessIdentity<LockHolder>(await readTextIfExists(path.join(folder, FILE)));
  return holder !== undefined && (await isSameProcessRunning(holder)) ? holder : undefined;
}

function lockOf(file: string, own: ProcessIdentity): StateLock {
  return {
    publishEndpoint: (endpoint, variables) =>
      writeFileAtomically(file, JSON.stringify({ ...own, endpoint, variables }), { mode: 0o600 }),
    release: () => rm(file, { force: true }),
  };
}

/** The file appears with its whole content or not at all, so that nobody takes half of one for a stale lock. */
async function createExclusively(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Takes away the lock that was found stale. Only the process that holds the marker may do it, and it looks
 * again under the marker: so nobody can take away the lock that another process has put in its place.
 * False when somebody else holds the marker.
 */
async function removeStale(file: string, staleText: string, own: ProcessIdentity): Promise<boolean> {
  const marker = `${file}.takeover`;
  if (!(await createExclusively(marker, JSON.stringify(own)))) {
    const text = await readTextIfExists(marker);
    if (text === undefined) return false;
    const owner = parseProcessIdentity(text);
    if (owner === undefined || !(await isSameProcessRunning(owner))) await rm(marker, { force: true });
    return false;
  }
  try {
    if ((await readTextIfExists(file)) === staleText) await rm(file, { force: true });
    return true;
  } finally {
    await rm(marker, { force: true });
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
