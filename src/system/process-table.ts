import { readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { runShortCommand } from './run-short-command.js';
import { StatusFile } from './status-file.js';

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
 */
export function readDescendants(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(readDescendants)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const file = childrenFile(pid, thread);
      const children = readChildrenFile(file);
      file.close();
      return children;
    });
  } catch {
    return []; // it ended meanwhile
  }
}

/** The file in which the kernel lists what a thread of a process, its main one if none is named, has started. Linux. */
export function childrenFile(pid: number, thread: number | string = pid): StatusFile {
  return new StatusFile(`/proc/${pid}/task/${thread}/children`);
}

/** The children of the thread of this file; none when it is gone. */
export function readChildrenFile(file: StatusFile): readonly number[] {
  const text = file.read();
  return text === undefined || text === '' ? [] : text.split(' ').filter(Boolean).map(Number);
}

/** A process and all that descend from it by a table of children, itself first. */
export function descendants(pid: number, children: ReadonlyMap<number, readonly number[]>): readonly number[] {
  return [pid, ...(children.get(pid) ?? []).flatMap((child) => descendants(child, children))];
}
