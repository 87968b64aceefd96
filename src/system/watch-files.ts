import { systemErrorCode } from './files.js';

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
  watcher.on('all', (event, file) => {
    if (event === 'add' || event === 'change' || event === 'unlink') onChange({ file, kind: KINDS[event] });
  });
  watcher.on('error', (error) => onError(explain(error)));
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return { add: (more) => void watcher.add([...more]), close: () => watcher.close() };
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
