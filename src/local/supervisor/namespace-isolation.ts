import os from 'node:os';
import path from 'node:path';
import { environmentVariables } from '../../system/environment-variables.js';
import { readdir, readFile, readlink, writeFile } from '../../system/files.js';
import { type HeldProcess, startHeldProcess } from '../../system/held-process.js';
import { signalProcess } from '../../system/process-signals.js';
import { type ProcessTree, spawnProcessTree } from '../../system/process-tree.js';
import { runShortCommand } from '../../system/run-short-command.js';
import type { EnvironmentFolders } from './environment-folders.js';
import { TRUE_VIEW } from './filesystem-view.js';
import { writeHostsFile } from './hosts-file.js';
import { findOnPath } from './interpreter-search.js';
import type { Isolation, SpawnRequest } from './isolation.js';
import { findVisibleFolders, LANG_FOLDER, mountLines, type NamespaceMounts } from './namespace-mounts.js';
import { NO_PASSED_TRIALS, type PassedTrials } from './passed-trials.js';

/** Programs of util-linux; the search path of a user often lacks the sbin folders. */
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The first process of the namespaces: builds the file system, makes it the root and then only waits for
 * the end of its stdin. With it the kernel ends every process of the namespace. Ignoring SIGCHLD makes
 * the kernel collect the orphans, which are handed to the first process. A shell must not be that process:
 * dash catches SIGCHLD whatever its trap says, and its `read` then fails as if stdin had ended.
 */
const HOLDER_SCRIPT = `set -e
mount -a -T "$1"
cd "$2"
pivot_root . .
umount -l .
cd /var/task
echo ready
shift 2
exec "$@" > /dev/null`;

/** This machine does not permit namespaces, or not all that is needed of them. */
export class NamespacesRefused extends Error {
  override readonly name = 'NamespacesRefused';
}

/** What is needed to make and enter namespaces. */
export interface NamespaceTools {
  readonly unshare: string;
  readonly nsenter: string;
  readonly setsid: string;
  readonly env: string;
  /** The program that waits for the end of its stdin as the first process. */
  readonly waiter: readonly string[];
  /** What of the machine is shown to functions. */
  readonly visibleFolders: readonly string[];
}

export interface NamespaceIsolationOptions {
  readonly hiddenDescriptors: readonly number[];
  readonly tools: NamespaceTools;
  readonly folders: EnvironmentFolders;
  readonly codeFolder: string;
  readonly optView: string;
  readonly runtimeFolder: string;
  readonly interpreterPrefix: string | undefined;
  readonly ephemeralStorageMb: number;
  readonly packages?: NamespaceMounts['packages'];
  /** Aborts when nobody needs the environment any more. */
  readonly signal: AbortSignal;
}

/** The programs on this machine; undefined where one is missing or the system is not Linux. */
export async function findNamespaceTools(trials: PassedTrials = NO_PASSED_TRIALS): Promise<NamespaceTools | undefined> {
  if (process.platform !== 'linux') return undefined;
  const folders = [SYSTEM_PATH, environmentVariables().PATH ?? ''];
  const find = async (name: string): Promise<string | undefined> => {
    for (const PATH of folders) {
      const [program] = await findOnPath([name], { homeFolder: os.homedir(), variables: { PATH } });
      if (program !== undefined) return program;
    }
    return undefined;
  };
  const [unshare, nsenter, setsid, env] = await Promise.all(['unshare', 'nsenter', 'setsid', 'env'].map(find));
  if (unshare === undefined || nsenter === undefined || setsid === undefined || env === undefined) return undefined;
  const [waiter, visibleFolders] = await Promise.all([chooseWaiter(env, trials), findVisibleFolders()]);
  return { unshare, nsenter, setsid, env, waiter, visibleFolders };
}

/** GNU env since 8.31 can start a program that ignores a signal; without it dead orphans stay in the table. */
async function chooseWaiter(env: string, trials: PassedTrials): Promise<readonly string[]> {
  const ignoring = [env, '--ignore-signal=CHLD', 'cat'];
  const name = `signals are ignored by ${env}`;
  if (await trials.has(name)) return ignoring;
  const trial = await runShortCommand(env, ['--ignore-signal=CHLD', 'true'], {
    env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
  });
  if (trial.exitCode !== 0) return ['cat'];
  await trials.note(name);
  return ignoring;
}

/**
 * Puts an environment into mount and PID namespaces of its own: it sees Lambda's folders at their true
 * paths, and none of its processes can outlive it, or us. An unprivileged user gets a user namespace
 * around them, in which the function runs as that user and without capabilities.
 * @throws NamespacesRefused when the machine does not permit it; the signal's reason when it aborts
 */
export async function createNamespaceIsolation(options: NamespaceIsolationOptions): Promise<NamespaceIsolation> {
  const { tools, folders } = options;
  const table = path.join(folders.root, 'fstab');
  const isRoot = process.getuid?.() === 0;
  // A /tmp in memory has a true size limit; a large one would take too much of the machine.
  const fitsMemory = options.ephemeralStorageMb * 1024 * 1024 <= os.totalmem() / 2;
  const tmp = fitsMemory ? { sizeMb: options.ephemeralStorageMb } : { folder: folders.tmp };
  const lines = await mountLines({
    ...options,
    newRoot: folders.newRoot,
    visibleFolders: tools.visibleFolders,
    tmp,
    hosts: await writeHostsFile(path.join(folders.root, 'hosts')),
  });
  await writeFile(table, `${lines.join('\n')}\n`);
  try {
    const holder = await startHeldProcess({
      command: tools.unshare,
      args: [
        ...(isRoot ? [] : ['--user', '--map-root-user']),
        ...['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', HOLDER_SCRIPT, 'sh', table, folders.newRoot],
        ...tools.waiter,
      ],
      env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
      signal: options.signal,
    });
    return new NamespaceIsolation(options, holder, await firstProcess(holder), isRoot);
  } catch (error) {
    // The signal may have ended the first process just when it was ready, which says nothing of the machine.
    options.signal.throwIfAborted();
    throw new NamespacesRefused(error instanceof Error ? error.message : String(error));
  }
}

/** The pid, as we see it, of the process that is number 1 in the namespace. */
async function firstProcess(holder: HeldProcess): Promise<number> {
  const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').catch(() => '');
  const pid = Number.parseInt(children, 10);
  if (Number.isInteger(pid)) return pid;
  await holder.release();
  throw new Error('the kernel does not tell the children of a process');
}

export class NamespaceIsolation implements Isolation {
  readonly kind = 'namespace';
  readonly view = TRUE_VIEW;
  readonly lang: string | undefined;
  readonly #enter: readonly string[];

  constructor(
    private readonly options: NamespaceIsolationOptions,
    private readonly holder: HeldProcess,
    private readonly firstPid: number,
    isRoot: boolean,
  ) {
    this.lang = options.interpreterPrefix === undefined ? undefined : LANG_FOLDER;
    const { tools } = options;
    const user = ['--user', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`];
    // nsenter is the doorkeeper: it waits outside and ends exactly as its child ends, by status or by signal.
    this.#enter = [
      ...['--target', String(firstPid), '--mount', '--pid', '--wd'],
      ...(isRoot ? ['--'] : ['--user', '--preserve-credentials', '--', tools.unshare, ...user, '--']),
      tools.setsid,
    ];
  }

  hostPath(pathInView: string): string {
    const { codeFolder, optView, runtimeFolder, interpreterPrefix } = this.options;
    const file = path.posix.resolve(TRUE_VIEW.task, pathInView);
    const folders: readonly (readonly [string, string])[] = [
      [TRUE_VIEW.task, codeFolder],
      [TRUE_VIEW.opt, optView],
      [TRUE_VIEW.runtime, runtimeFolder],
      [TRUE_VIEW.tmp, `/proc/${this.firstPid}/root/tmp`],
      ...(interpreterPrefix === undefined ? [] : ([[LANG_FOLDER, interpreterPrefix]] as const)),
    ];
    const found = folders.find(([shown]) => file === shown || file.startsWith(`${shown}/`));
    return found === undefined ? file : path.join(found[1], file.slice(found[0].length));
  }

  /** @throws NamespacesRefused when a process cannot be put into the namespaces or its exit status does not come out */
  async check(): Promise<void> {
    const { tools } = this.options;
    const args = [...this.#enter, '/bin/sh', '-c', 'exit 3'];
    const result = await runShortCommand(tools.nsenter, args, { env: { PATH: SYSTEM_PATH, LC_ALL: 'C' } });
    if (result.exitCode !== 3)
      throw new Error(result.all || `a process of the namespace ended with ${result.exitCode}`);
  }

  async spawn(request: SpawnRequest): Promise<ProcessTree> {
    const { tools, folders, hiddenDescriptors } = this.options;
    const { LD_PRELOAD: preload, ...env } = request.env;
    return spawnProcessTree({
      command: tools.nsenter,
      // The doorkeepers must not load the function's libraries: they run outside of its file system at first.
      args: [
        ...this.#enter,
        ...(preload === undefined ? [] : [tools.env, `LD_PRELOAD=${preload}`]),
        request.command,
        ...request.args,
      ],
      env,
      outputPipe: folders.outputPipe(request.processName),
      leader: 'child',
      hiddenDescriptors,
      groupEntry: request.groupEntry,
      outputDescriptors: request.outputDescriptors,
      onOutput: request.onOutput,
      onExit: request.onExit,
    });
  }

  async killAll(): Promise<void> {
    const own = await readlink(`/proc/${this.firstPid}/ns/pid`);
    const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== this.firstPid);
    await Promise.all(
      names.map(async (name) => {
        const namespace = await readlink(`/proc/${name}/ns/pid`).catch(() => undefined); // gone, or not ours
        if (namespace === own) signalProcess(Number(name), 'SIGKILL');
      }),
    );
  }

  async dispose(): Promise<void> {
    signalProcess(this.firstPid, 'SIGKILL');
    await this.holder.release();
  }
}
