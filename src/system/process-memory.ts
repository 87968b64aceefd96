import { readFileSync } from 'node:fs';
import { runShortCommand } from './run-short-command.js';
import { StatusFile } from './status-file.js';

export interface ProcessMemory {
  /** Memory that is only this process's (or written shared memory), in bytes. */
  readonly privateBytes: number;
  /** Pages of files and libraries, which several processes may share. */
  readonly fileBytes: number;
}

const PAGE_BYTES = 4096;

/** What a process holds in memory now; undefined when it is gone. Linux, a few microseconds. */
export function readProcessMemory(pid: number): ProcessMemory | undefined {
  const file = processMemoryFile(pid);
  const memory = readMemoryFile(file);
  file.close();
  return memory;
}

/** The file in which the kernel tells what a process holds in memory, for `readMemoryFile`. Linux. */
export function processMemoryFile(pid: number): StatusFile {
  return new StatusFile(`/proc/${pid}/statm`);
}

/** What the process of this file holds in memory now; undefined when it is gone. */
export function readMemoryFile(file: StatusFile): ProcessMemory | undefined {
  // size resident shared …, in pages (proc(5))
  const [, resident, shared] = file.read()?.split(' ', 3) ?? [];
  if (resident === undefined || shared === undefined) return undefined;
  return { privateBytes: (Number(resident) - Number(shared)) * PAGE_BYTES, fileBytes: Number(shared) * PAGE_BYTES };
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
