import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import * as quick from './quick-files.js';
import { runShortCommand } from './run-short-command.js';

/** Stands for the start time of a zombie, which has ended although its pid is still taken. */
export const ENDED = 'ended';

/**
 * When a process started, in the machine's own unit: together with the pid it names one process for ever,
 * although pids are used again; `ENDED` for a zombie, undefined when there is no such process or it cannot be read.
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await quick.readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
    if (stat === undefined) return undefined;
    const { 0: state, 19: startTime } = statFields(stat);
    return state === 'Z' ? ENDED : startTime;
  }
  if (process.platform === 'win32') return undefined;
  const { stdout, exitCode } = await runShortCommand('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

/**
 * The processes that have `marker` somewhere in their environment: how the children of an environment are
 * found after they left their group and lost their parent. Ours excluded; empty on Windows.
 */
export async function findProcessesByEnvironment(marker: string): Promise<readonly number[]> {
  if (process.platform === 'linux') return scanEnvironments(marker);
  if (process.platform === 'win32') return [];
  // `E` shows the environment behind the command, of the user's own processes.
  const result = await runShortCommand('ps', ['-axEww', '-o', 'pid=,command=']);
  return result.stdout
    .split('\n')
    .filter((line) => line.includes(marker))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

async function scanEnvironments(marker: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const hits = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined); // gone, or not ours
      return environment?.includes(marker) ? Number(pid) : undefined;
    }),
  );
  return hits.filter((pid) => pid !== undefined);
}

/**
 * A process and all that descend from it, itself first. Linux: reads the children of each thread (proc(5)),
 * which costs as little on a machine with thousands of processes; where the kernel does not list them, the process alone.
 * An interpreter has a dozen threads: `main-threads` asks only the ones that start children as a rule, for a tenth of the time.
 */
export function readDescendants(pid: number, of: 'all-threads' | 'main-threads' = 'all-threads'): readonly number[] {
  return [pid, ...childrenOf(pid, of).flatMap((child) => readDescendants(child, of))];
}

function childrenOf(pid: number, of: 'all-threads' | 'main-threads'): readonly number[] {
  try {
    const threads = of === 'main-threads' ? [pid] : readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // it ended meanwhile
  }
}

/** A process and all that descend from it by a table of children, itself first. */
export function descendants(pid: number, children: ReadonlyMap<number, readonly number[]>): readonly number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => descendants(child, children))];
}

/** The fields of /proc/<pid>/stat from the third (state) on; the second may hold blanks and brackets (proc(5)). */
function statFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
