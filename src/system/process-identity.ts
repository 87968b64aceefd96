import { processStartTime } from './process-table.js';

/** Names one process for good: a number alone is given to others after its end. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of the operating system; undefined where that cannot be read. */
  readonly startTime: string | undefined;
}

/** The identity of a running process; undefined when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isRunning(pid)) return undefined;
  return { pid, startTime: await processStartTime(pid) };
}

/** Our own identity. */
export async function identifyOwnProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTime: await processStartTime(process.pid) };
}

/** True while exactly this process lives. */
export async function isSameProcessRunning(identity: ProcessIdentity): Promise<boolean> {
  const current = await identifyProcess(identity.pid);
  if (current === undefined) return false;
  if (identity.startTime === undefined || current.startTime === undefined) return true;
  return current.startTime === identity.startTime;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
