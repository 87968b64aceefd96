import { rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemErrorCode } from './files.js';
import { mkdir, rmdir } from './quick-files.js';
import { StatusFile } from './status-file.js';

/** A control group of the kernel that limits the memory of all processes in it together. */
export interface MemoryGroup {
  readonly folder: string;
  /** A process that writes `0` into it is in the group from then on, with all that it starts. */
  readonly entryFile: string;
  /** The kernel kills a process of the group that would take more, after it gave up what it kept of files. @throws the system error */
  setLimit(bytes: number): void;
  /** All memory that is charged to the group, in bytes; 0 when it is gone. */
  usedBytes(): number;
  /** Memory that the group cannot give up although no process maps it: files in memory (tmpfs). In bytes; costs ten times as much. */
  sharedBytes(): number;
  /** Lets go of what is kept from one look to the next. */
  rest(): void;
  /** How many processes were killed because of the limit. */
  killCount(): number;
  /** Removes the group. Resolves false when there still are processes in it. */
  remove(): Promise<boolean>;
}

interface Layout {
  readonly entry: string;
  readonly limit: string;
  readonly used: string;
  /** Written once; a kernel without it has nothing to forbid. */
  readonly noSwap: string;
  readonly events: string;
}

/** The files of cgroup v1 (kernel, admin-guide/cgroup-v1/memory) and v2 (admin-guide/cgroup-v2). */
const LAYOUTS: Readonly<Record<1 | 2, Layout>> = {
  // A thread that moves itself does so without the lock that moving a process needs.
  1: {
    entry: 'tasks',
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    noSwap: 'memory.swappiness',
    events: 'memory.oom_control',
  },
  2: {
    entry: 'cgroup.procs',
    limit: 'memory.max',
    used: 'memory.current',
    noSwap: 'memory.swap.max',
    events: 'memory.events',
  },
};

/** Dying processes leave their group some milliseconds after their parent has seen them dead. */
const REMOVAL_ROUNDS = 20;
const REMOVAL_PAUSE_MS = 10;

/** Makes a group. @throws the system error when it is not permitted; nothing is left then */
export async function createMemoryGroup(folder: string, version: 1 | 2, limitBytes: number): Promise<MemoryGroup> {
  const layout = LAYOUTS[version];
  await mkdir(folder);
  const used = new StatusFile(path.join(folder, layout.used));
  const statistics = new StatusFile(path.join(folder, 'memory.stat'));
  const rest = (): void => {
    used.close();
    statistics.close();
  };
  const group: MemoryGroup = {
    folder,
    entryFile: path.join(folder, layout.entry),
    setLimit: (bytes) => writeFileSync(path.join(folder, layout.limit), String(bytes)),
    usedBytes: () => Number(used.read() ?? 0),
    sharedBytes: () => numberIn(statistics, 'shmem'),
    killCount: () => {
      const events = new StatusFile(path.join(folder, layout.events));
      const kills = numberIn(events, 'oom_kill');
      events.close();
      return kills;
    },
    rest,
    remove: () => {
      rest();
      return removeMemoryGroup(folder);
    },
  };
  try {
    group.setLimit(limitBytes);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  try {
    writeFileSync(path.join(folder, layout.noSwap), '0');
  } catch (error) {
    if (!['ENOENT', 'EACCES', 'EPERM'].includes(systemErrorCode(error) ?? '')) throw error;
  }
  return group;
}

/** Removes a group that nobody may use any more. Resolves false when there still are processes in it. */
export async function removeMemoryGroup(folder: string): Promise<boolean> {
  for (let round = 0; round < REMOVAL_ROUNDS; round += 1) {
    try {
      await rmdir(folder);
      return true;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return true;
      if (systemErrorCode(error) !== 'EBUSY') return false;
    }
    await pause(REMOVAL_PAUSE_MS);
  }
  return false;
}

/** The number behind a name in a file of `name number` lines; 0 when it is not there or the group is gone. */
function numberIn(file: StatusFile, name: string): number {
  const line = file
    .read()
    ?.split('\n')
    .find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}
