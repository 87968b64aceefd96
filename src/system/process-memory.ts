import { readFileSync } from 'node:fs';
import { runShortCommand } from './run-short-command.js';

export interface ProcessMemory {
  /** Memory that is only this process's (or written shared memory), in bytes. */
  readonly privateBytes: number;
  /** Pages of files and libraries, which several processes may share. */
  readonly fileBytes: number;
}

const PAGE_BYTES = 4096;

/** What a process holds in memory now; undefined when it is gone. Linux, a few microseconds. */
export function readProcessMemory(pid: number): ProcessMemory | undefined {
  try {
    // size resident shared …, in pages (proc(5))
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    return { privateBytes: (resident - shared) * PAGE_BYTES, fileBytes: shared * PAGE_BYTES };
  } catch {
    return undefined;
  }
}

/** The most that a process ever held in memory, in bytes, as the kernel counted; 0 when it is gone. Linux. */
export function readPeakMemory(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export interface ProcessListEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly residentBytes: number;
}

/** All processes with their resident memory, by ps(1): for systems without /proc. Tens of milliseconds. */
export async function listProcessMemory(): Promise<readonly ProcessListEntry[]> {
  const result = await runShortCommand('ps', ['-axo', 'pid=,ppid=,rss=']);
  return result.stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((fields) => fields.length === 3 && fields.every(Number.isFinite))
    .map(([pid = 0, parentPid = 0, kilobytes = 0]) => ({ pid, parentPid, residentBytes: kilobytes * 1024 }));
}
