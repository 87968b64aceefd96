import { readFile } from 'node:fs/promises';
import { runShortCommand } from './run-short-command.js';

/** Names one process for good: a number alone is given to others after its end. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of the operating system; undefined where that cannot be read. */
  readonly startTime: string | undefined;
}

/** The identity of a running process; undefined when there is none with this number. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isRunning(pid)) return undefined;
  return { pid, startTime: await readStartTime(pid) };
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

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // Field 22 counts clock ticks since boot; the name in field 2 may hold blanks and parentheses.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // A zombie has ended although its number is still taken.
      return fields[0] === 'Z' ? 'ended' : fields[19];
    } catch {
      return undefined;
    }
  }
  if (process.platform === 'win32') return undefined;
  const { stdout, exitCode } = await runShortCommand('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}
