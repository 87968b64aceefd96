import { statFields } from './process-stat.js';
import { readFile } from './quick-files.js';
import { runShortCommand } from './run-short-command.js';

/** Names one process for good: a number alone is given to others after its end. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of the operating system; undefined where that cannot be read. */
  readonly startTime: string | undefined;
}

/** The identity of a running process; undefined when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isTaken(pid)) return undefined;
  const startTime = await readStartTime(pid);
  return startTime === ENDED ? undefined : { pid, startTime };
}

/** Our own identity. */
export async function identifyOwnProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTime: await readStartTime(process.pid) };
}

/** True while exactly this process lives. */
export async function isSameProcessRunning(identity: ProcessIdentity): Promise<boolean> {
  const current = await identifyProcess(identity.pid);
  if (current === undefined) return false;
  if (identity.startTime === undefined || current.startTime === undefined) return true;
  return current.startTime === identity.startTime;
}

/**
 * An identity that was written as JSON, with what else was written beside it; undefined when the text is something else, such
 * as half of one that was cut off by a crash.
 */
export function parseProcessIdentity<Identity extends ProcessIdentity>(text: string | undefined): Identity | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    const isIdentity = typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number';
    return isIdentity ? (value as unknown as Identity) : undefined;
  } catch {
    return undefined;
  }
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** In the place of the start time of a zombie, which has ended although its number is still taken. */
const ENDED = 'ended';

async function readStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    if (stat === undefined) return undefined;
    const { 0: state, 19: startTime } = statFields(stat);
    return state === 'Z' ? ENDED : startTime;
  }
  if (process.platform === 'win32') return undefined;
  const { stdout, exitCode } = await runShortCommand('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}
