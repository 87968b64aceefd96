import { listProcessMemory, readPeakMemory, readProcessMemory } from '../../system/process-memory.js';
import { descendants, readDescendants } from '../../system/process-table.js';

/** Reads how much memory the trees below some processes take. */
export interface MemoryReader {
  /** How often reading is cheap enough. */
  readonly intervalMs: number;
  /**
   * Bytes of each tree, in the order of `leaders`. `quick` may miss what a thread other than a main one
   * started; it costs a tenth of `thorough` where the difference exists.
   */
  read(leaders: readonly number[], how: 'thorough' | 'quick'): Promise<readonly number[]>;
  /** The most that these processes themselves ever held, together; 0 where the system does not say. */
  peak(leaders: readonly number[]): number;
}

/** The reader for this system; undefined where there is none (Windows). */
export function createMemoryReader(): MemoryReader | undefined {
  if (process.platform === 'linux') return createProcReader();
  return process.platform === 'win32' ? undefined : createPsReader();
}

/**
 * Counts what is private to each process and, once, the largest share of file pages: an interpreter that
 * forks maps the same program and libraries again without taking more memory.
 */
function createProcReader(): MemoryReader {
  return {
    intervalMs: 50,
    read: async (leaders, how) =>
      leaders.map((leader) => {
        const parts = readDescendants(leader, how === 'thorough' ? 'all-threads' : 'main-threads')
          .map(readProcessMemory)
          .filter((part) => part !== undefined);
        const files = Math.max(0, ...parts.map((part) => part.fileBytes));
        return parts.reduce((sum, part) => sum + part.privateBytes, files);
      }),
    peak: (leaders) => leaders.reduce((sum, leader) => sum + readPeakMemory(leader), 0),
  };
}

function createPsReader(): MemoryReader {
  return {
    intervalMs: 1000,
    read: async (leaders) => {
      const entries = await listProcessMemory();
      const bytes = new Map(entries.map((entry) => [entry.pid, entry.residentBytes]));
      const pids = new Map<number, number[]>();
      for (const { pid, parentPid } of entries) pids.set(parentPid, [...(pids.get(parentPid) ?? []), pid]);
      return leaders.map((leader) => descendants(leader, pids).reduce((sum, pid) => sum + (bytes.get(pid) ?? 0), 0));
    },
    peak: () => 0,
  };
}
