import type { FileChange } from '../../system/watch-files.js';

/** Changes of files that belong together, such as those of one save or one checkout. */
export interface ChangeBatches {
  add(change: FileChange): void;
  /** Ends the wait for a change: the next batch may be empty. */
  wake(): void;
  /** The changes since the last batch; waits for the first one. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<readonly FileChange[]>;
  dispose(): void;
}

/** An editor writes a file in several steps, and the system tells of each. */
const QUIET_MS = 5;
/** A checkout of many files goes on for a while; what it has changed so far is built meanwhile. */
const LONGEST_MS = 100;

/** Collects changes until none has come for a moment. */
export function createChangeBatches(): ChangeBatches {
  const changes = new Map<string, FileChange>();
  let firstAt = 0;
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;
  const end = (): void => {
    isDue = true;
    wake();
  };
  return {
    add: (change) => {
      if (changes.size === 0) firstAt = performance.now();
      changes.set(change.file, change);
      clearTimeout(timer);
      timer = setTimeout(end, Math.max(0, Math.min(QUIET_MS, firstAt + LONGEST_MS - performance.now())));
    },
    wake: end,
    next: async (signal) => {
      signal.throwIfAborted();
      while (!isDue) {
        await new Promise<void>((resolve, reject) => {
          const onAbort = (): void => reject(signal.reason);
          signal.addEventListener('abort', onAbort, { once: true });
          wake = () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          };
        });
      }
      isDue = false;
      const batch = [...changes.values()];
      changes.clear();
      return batch;
    },
    dispose: () => clearTimeout(timer),
  };
}
