import path from 'node:path';
import { type HeldProcess, spawnHeldProcess } from '../../system/held-process.js';
import { readMountTable } from '../../system/mount-table.js';
import { signalProcess } from '../../system/process-signals.js';
import { mkdir, readFile, writeFile } from '../../system/quick-files.js';
import { removeSmallFolder } from '../../system/remove-folder.js';
import { findVisibleFolders, machineLines } from './namespace-mounts.js';

/** Programs of util-linux; the search path of a user often lacks the sbin folders. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The first process of the namespaces. In two steps it builds the file system, first what every function sees of the
 * machine and then, when it is told to, what belongs to one function, makes it the root and then only waits for
 * the end of its stdin. With it the kernel ends every process of the namespace. When stdin ends before, it leaves
 * nothing, though nobody hears it. (Only empty folders are removed: nothing that is mounted in them must ever be in danger.)
 *
 * Ignoring SIGCHLD makes the kernel collect the orphans, which are handed to the first process. A shell must not be
 * that process: dash catches SIGCHLD whatever its trap says, and its `read` then fails as if stdin had ended. GNU env
 * can start a program that ignores a signal since 8.31; without it dead orphans stay in the table.
 */
const HOLDER_SCRIPT = `set -e
trap '' PIPE
folder=$1
shift
[ $# -eq 0 ] || mkfifo -m 600 "$@"
mount -a -T "$folder/machine"
waiter=cat
if env --ignore-signal=CHLD true 2> /dev/null; then waiter='env --ignore-signal=CHLD cat'; fi
echo ready || :
if ! read -r line; then
  umount -l "$folder/root"
  rm -f "$folder/machine" "$@"
  rmdir "$folder/root" "$folder"
  exit
fi
while [ -n "$line" ]; do
  printf '%s\\n' "$line"
  read -r line
done > "$folder/function"
mount -a -T "$folder/function"
cd "$folder/root"
pivot_root . .
umount -l .
cd /var/task
echo ready
exec $waiter > /dev/null`;

export interface NamespaceHolderOptions {
  /** A folder of its own, there and empty; it is removed in the end. */
  readonly folder: string;
  /** Names of named pipes that it makes in that folder on its way; whoever wants one moves it elsewhere. */
  readonly pipes?: readonly string[];
  /** Ends it when it aborts before it is there. */
  readonly signal?: AbortSignal;
}

/** Namespaces in which a function's file system is half built. */
export interface NamespaceHolder {
  /** The pid, as we see it, of the process that is number 1 in the namespaces. */
  readonly firstPid: number;
  /** The folder that becomes the root of their file system. */
  readonly newRoot: string;
  /** Its named pipes. */
  readonly pipes: readonly string[];
  /** False when they are gone, or this machine has other mounts by now, which they would not see. */
  isFit(): Promise<boolean>;
  /**
   * Mounts what belongs to a function, the lines of an fstab(5) under `newRoot`, and makes it the root. The request is
   * sent before this returns.
   */
  finish(lines: readonly string[], signal: AbortSignal): Promise<void>;
  /** Ends all processes in them. */
  dispose(): Promise<void>;
}

/**
 * Makes mount and PID namespaces; an unprivileged user gets a user namespace around them.
 * @throws Error with what the machine has against it
 */
export async function startNamespaceHolder(options: NamespaceHolderOptions): Promise<NamespaceHolder> {
  const { ready } = await spawnNamespaceHolder(options);
  return ready;
}

/** As `startNamespaceHolder`, for somebody who does something else while they are built. */
export async function spawnNamespaceHolder({ folder, signal, pipes: names = [] }: NamespaceHolderOptions): Promise<{
  readonly ready: Promise<NamespaceHolder>;
}> {
  const newRoot = path.join(folder, 'root');
  const pipes = names.map((name) => path.join(folder, name));
  const [mountTable, visibleFolders] = await Promise.all([readMountTable(), findVisibleFolders(), mkdir(newRoot)]);
  await writeFile(path.join(folder, 'machine'), `${machineLines(newRoot, visibleFolders).join('\n')}\n`);
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const namespaces = [...user, '--mount', '--pid', '--fork', '--kill-child'];
  const { ready } = spawnHeldProcess({
    command: 'unshare',
    args: [...namespaces, '/bin/sh', '-c', HOLDER_SCRIPT, 'sh', folder, ...pipes],
    env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
    ...(signal !== undefined && { signal }),
  });
  const holder = async (): Promise<NamespaceHolder> => {
    try {
      const held = await ready;
      return new HeldNamespaces(held, await firstProcess(held), { folder, newRoot, pipes, mountTable });
    } catch (error) {
      await removeSmallFolder(folder);
      throw error;
    }
  };
  return { ready: holder() };
}

interface HeldNamespacesFacts {
  readonly folder: string;
  readonly newRoot: string;
  readonly pipes: readonly string[];
  /** The machine's, when they were made. */
  readonly mountTable: string;
}

class HeldNamespaces implements NamespaceHolder {
  readonly newRoot: string;
  readonly pipes: readonly string[];

  constructor(
    private readonly held: HeldProcess,
    readonly firstPid: number,
    private readonly facts: HeldNamespacesFacts,
  ) {
    this.newRoot = facts.newRoot;
    this.pipes = facts.pipes;
  }

  async isFit(): Promise<boolean> {
    return this.held.isRunning && (await readMountTable()) === this.facts.mountTable;
  }

  finish(lines: readonly string[], signal: AbortSignal): Promise<void> {
    return this.held.request(`${lines.join('\n')}\n`, signal);
  }

  async dispose(): Promise<void> {
    if (this.held.isRunning) signalProcess(this.firstPid, 'SIGKILL');
    await this.held.release();
    await removeSmallFolder(this.facts.folder);
  }
}

async function firstProcess(holder: HeldProcess): Promise<number> {
  const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').catch(() => '');
  const pid = Number.parseInt(children, 10);
  if (Number.isInteger(pid)) return pid;
  await holder.release();
  throw new Error('the kernel does not tell the children of a process');
}
