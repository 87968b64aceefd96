import os from 'node:os';
import path from 'node:path';
import { environmentVariables } from '../../system/environment-variables.js';
import { readdir, readlink } from '../../system/files.js';
import { signalProcess } from '../../system/process-signals.js';
import { type ProcessTree, spawnProcessTree } from '../../system/process-tree.js';
import { runShortCommand } from '../../system/run-short-command.js';
import type { EnvironmentFolders } from './environment-folders.js';
import { TRUE_VIEW } from './filesystem-view.js';
import { writeHostsFile } from './hosts-file.js';
import { findOnPath } from './interpreter-search.js';
import type { Isolation, SpawnRequest } from './isolation.js';
import { type NamespaceHolder, SYSTEM_PATH } from './namespace-holder.js';
import { functionLines, LANG_FOLDER, type NamespaceMounts } from './namespace-mounts.js';
import type { SpareNamespaces } from './spare-namespaces.js';

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
}

export interface NamespaceIsolationOptions {
  readonly hiddenDescriptors: readonly number[];
  readonly tools: NamespaceTools;
  readonly spares: SpareNamespaces;
  readonly folders: EnvironmentFolders;
  readonly codeFolder: string;
  readonly optView: string;
  readonly runtimeFolder: string;
  readonly interpreterPrefix: string | undefined;
  readonly ephemeralStorageMb: number;
  readonly packages?: NamespaceMounts['packages'];
  /** Aborts when nobody needs the environment any more. */
  readonly signal: AbortSignal;
  /** Called when there is nothing to do but wait for other processes. */
  whileMounting(): void;
}

/** The programs on this machine; undefined where one is missing or the system is not Linux. */
export async function findNamespaceTools(): Promise<NamespaceTools | undefined> {
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
  return { unshare, nsenter, setsid, env };
}

/**
 * Puts an environment into mount and PID namespaces of its own: it sees Lambda's folders at their true
 * paths, and none of its processes can outlive it, or us. An unprivileged user gets a user namespace
 * around them, in which the function runs as that user and without capabilities.
 * @throws NamespacesRefused when the machine does not permit it; the signal's reason when it aborts
 */
export async function createNamespaceIsolation(options: NamespaceIsolationOptions): Promise<NamespaceIsolation> {
  const { folders, spares, signal } = options;
  // A /tmp in memory has a true size limit; a large one would take too much of the machine.
  const fitsMemory = options.ephemeralStorageMb * 1024 * 1024 <= os.totalmem() / 2;
  const tmp = fitsMemory ? { sizeMb: options.ephemeralStorageMb } : { folder: folders.tmp };
  let holder: NamespaceHolder | undefined;
  try {
    const hosts = writeHostsFile(path.join(folders.root, 'hosts'));
    hosts.catch(() => undefined); // told where it is waited for
    holder = await spares.take(signal);
    const lines = await functionLines({ ...options, newRoot: holder.newRoot, tmp, hosts: await hosts });
    const finished = holder.finish(lines, signal);
    options.whileMounting();
    await finished;
    spares.stockUpSoon();
    return new NamespaceIsolation(options, holder);
  } catch (error) {
    if (holder !== undefined) await spares.end(holder);
    // The signal may have ended the first process just when it was ready, which says nothing of the machine.
    signal.throwIfAborted();
    throw new NamespacesRefused(error instanceof Error ? error.message : String(error));
  }
}

export class NamespaceIsolation implements Isolation {
  readonly kind = 'namespace';
  readonly view = TRUE_VIEW;
  readonly lang: string | undefined;
  readonly #enter: readonly string[];

  constructor(
    private readonly options: NamespaceIsolationOptions,
    private readonly holder: NamespaceHolder,
  ) {
    this.lang = options.interpreterPrefix === undefined ? undefined : LANG_FOLDER;
    const { tools } = options;
    const isRoot = process.getuid?.() === 0;
    const user = ['--user', `--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`];
    // nsenter is the doorkeeper: it waits outside and ends exactly as its child ends, by status or by signal.
    this.#enter = [
      ...['--target', String(holder.firstPid), '--mount', '--pid', '--wd'],
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
      [TRUE_VIEW.tmp, `/proc/${this.holder.firstPid}/root/tmp`],
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
      connection: request.connection,
      onOutput: request.onOutput,
      onExit: request.onExit,
    });
  }

  async killAll(): Promise<void> {
    const own = await readlink(`/proc/${this.holder.firstPid}/ns/pid`);
    const names = (await readdir('/proc')).filter(
      (name) => /^\d+$/.test(name) && Number(name) !== this.holder.firstPid,
    );
    await Promise.all(
      names.map(async (name) => {
        const namespace = await readlink(`/proc/${name}/ns/pid`).catch(() => undefined); // gone, or not ours
        if (namespace === own) signalProcess(Number(name), 'SIGKILL');
      }),
    );
  }

  async dispose(): Promise<void> {
    await this.options.spares.end(this.holder);
  }
}
