import type { Stats } from 'node:fs';
import { stat, systemErrorCode } from './files.js';

/** What happened to a file. */
export interface FileChange {
  /** Absolute. */
  readonly file: string;
  readonly kind: 'added' | 'changed' | 'removed';
}

export interface WatchFilesOptions {
  /** Absolute folders and files; folders with all that is below them. Those that are missing are waited for. */
  readonly paths: readonly string[];
  /** True for a file or folder that is of no interest; nothing below such a folder is looked at. */
  readonly isIgnored: (file: string) => boolean;
  readonly onChange: (change: FileChange) => void;
  /** Told when the system refuses to watch; what is watched already stays so. */
  readonly onError: (error: Error) => void;
}

export interface FileWatcher {
  /** Watches more; a path that is watched already is no trouble. */
  add(paths: readonly string[]): void;
  close(): Promise<void>;
}

const KINDS = { add: 'added', change: 'changed', unlink: 'removed' } as const;

/** Watches files and folders. Resolves when every change from then on will be told. */
export async function watchFiles({ paths, isIgnored, onChange, onError }: WatchFilesOptions): Promise<FileWatcher> {
  const { watch } = await import('chokidar');
  const watcher = watch([...paths], { ignored: isIgnored, ignoreInitial: true });
  const looks = new SecondLooks((file) => onChange({ file, kind: 'changed' }));
  watcher.on('all', (event, file, stats) => {
    if (event !== 'add' && event !== 'change' && event !== 'unlink') return;
    onChange({ file, kind: KINDS[event] });
    if (event !== 'unlink') looks.plan(file, stats);
  });
  watcher.on('error', (error) => onError(explain(error)));
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return {
    add: (more) => void watcher.add([...more]),
    close: async () => {
      looks.dispose();
      await watcher.close();
    },
  };
}

/** chokidar tells of a file once in 50 ms and forgets what happens to it meanwhile. */
const SECOND_LOOK_MS = 60;

/** Looks at a file again when the watcher will speak of it again: a save in two steps must not be half seen. */
class SecondLooks {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly onChange: (file: string) => void) {}

  plan(file: string, seen: Stats | undefined): void {
    clearTimeout(this.#timers.get(file));
    this.#timers.set(
      file,
      setTimeout(() => void this.#look(file, seen), SECOND_LOOK_MS),
    );
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #look(file: string, seen: Stats | undefined): Promise<void> {
    const timer = this.#timers.get(file);
    // A file that is gone by now is told of as removed.
    const now = await stat(file).catch(() => undefined);
    if (this.#timers.get(file) !== timer) return;
    this.#timers.delete(file);
    if (now === undefined || (now.mtimeMs === seen?.mtimeMs && now.size === seen.size)) return;
    this.onChange(file);
    this.plan(file, now);
  }
}

/** inotify(7): each user may watch so many files, and the system's own words for that mislead. */
function explain(error: unknown): Error {
  if (!['ENOSPC', 'EMFILE'].includes(systemErrorCode(error) ?? '')) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const text =
    'the system lets no more files be watched; raise fs.inotify.max_user_watches (sysctl) or leave folders out';
  return new Error(text, { cause: error });
}
