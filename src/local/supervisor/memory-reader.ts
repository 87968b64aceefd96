import {
  listProcessMemory,
  processMemoryFile,
  readMemoryFile,
  readPeakMemory,
  readProcessMemory,
} from '../../system/process-memory.js';
import { childrenFile, descendants, readChildrenFile, readDescendants } from '../../system/process-table.js';
import type { StatusFile } from '../../system/status-file.js';

/** Reads how much memory the trees below some processes take, again and again. */
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
  /** Lets go of what is kept from one reading to the next. */
  close(): void;
}

/** A reader for one environment on this system; undefined where there is none (Windows). */
export function createMemoryReader(): MemoryReader | undefined {
  if (process.platform === 'linux') return new ProcReader();
  return process.platform === 'win32' ? undefined : new PsReader();
}

/** What tells of one leader. */
interface LeaderFiles {
  readonly memory: StatusFile;
  readonly children: StatusFile;
}

/**
 * Counts what is private to each process and, once, the largest share of file pages: an interpreter that
 * forks maps the same program and libraries again without taking more memory.
 */
class ProcReader implements MemoryReader {
  readonly intervalMs = 50;
  readonly #files = new Map<number, LeaderFiles>();

  async read(leaders: readonly number[], how: 'thorough' | 'quick'): Promise<readonly number[]> {
    for (const leader of this.#files.keys()) if (!leaders.includes(leader)) this.#close(leader);
    return leaders.map((leader) => {
      const files = this.#filesOf(leader);
      let privateBytes = 0;
      let fileBytes = 0;
      const others = how === 'thorough' ? readDescendants(leader).slice(1) : childrenOfMainThreads(files);
      for (const part of [readMemoryFile(files.memory), ...others.map(readProcessMemory)]) {
        if (part === undefined) continue;
        privateBytes += part.privateBytes;
        fileBytes = Math.max(fileBytes, part.fileBytes);
      }
      return privateBytes + fileBytes;
    });
  }

  peak(leaders: readonly number[]): number {
    return leaders.reduce((sum, leader) => sum + readPeakMemory(leader), 0);
  }

  close(): void {
    for (const leader of this.#files.keys()) this.#close(leader);
  }

  #filesOf(leader: number): LeaderFiles {
    const known = this.#files.get(leader);
    if (known !== undefined) return known;
    const files = { memory: processMemoryFile(leader), children: childrenFile(leader) };
    this.#files.set(leader, files);
    return files;
  }

  #close(leader: number): void {
    const files = this.#files.get(leader);
    this.#files.delete(leader);
    files?.memory.close();
    files?.children.close();
  }
}

/** An interpreter has a dozen threads, of which the main one starts processes as a rule. */
function childrenOfMainThreads(files: LeaderFiles): readonly number[] {
  return readChildrenFile(files.children).flatMap(readMainDescendants);
}

function readMainDescendants(pid: number): readonly number[] {
  const file = childrenFile(pid);
  const children = readChildrenFile(file);
  file.close();
  return [pid, ...children.flatMap(readMainDescendants)];
}

class PsReader implements MemoryReader {
  readonly intervalMs = 1000;

  async read(leaders: readonly number[]): Promise<readonly number[]> {
    const entries = await listProcessMemory();
    const bytes = new Map(entries.map((entry) => [entry.pid, entry.residentBytes]));
    const pids = new Map<number, number[]>();
    for (const { pid, parentPid } of entries) pids.set(parentPid, [...(pids.get(parentPid) ?? []), pid]);
    return leaders.map((leader) => descendants(leader, pids).reduce((sum, pid) => sum + (bytes.get(pid) ?? 0), 0));
  }

  peak(): number {
    return 0;
  }

  close(): void {
    // Nothing is kept.
  }
}
