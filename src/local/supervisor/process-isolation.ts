import path from 'node:path';
import { signalProcess } from '../../system/process-signals.js';
import { findProcessesByEnvironment } from '../../system/process-table.js';
import { type ProcessTree, spawnProcessTree } from '../../system/process-tree.js';
import type { EnvironmentFolders } from './environment-folders.js';
import type { FilesystemView } from './filesystem-view.js';
import type { Isolation, SpawnRequest } from './isolation.js';

/** A killed process may fork once more before it dies; after this many rounds we give up. */
const MAX_KILL_ROUNDS = 20;

export interface ProcessIsolationOptions {
  readonly hiddenDescriptors: readonly number[];
  readonly environmentId: string;
  readonly folders: EnvironmentFolders;
  readonly codeFolder: string;
  readonly runtimeFolder: string;
  readonly interpreterPrefix: string | undefined;
}

/** No walls but a process group of its own: for machines that do not permit namespaces. */
export function createProcessIsolation(options: ProcessIsolationOptions): Isolation {
  const { folders, environmentId } = options;
  const view: FilesystemView = {
    isTrue: false,
    task: options.codeFolder,
    opt: folders.opt,
    runtime: options.runtimeFolder,
    tmp: folders.tmp,
  };
  const killAll = (): Promise<void> => killMarked(environmentId);
  return {
    kind: 'process',
    view,
    lang: options.interpreterPrefix,
    hostPath: (pathInView) => path.resolve(view.task, pathInView),
    spawn: (request) => spawnHere(request, options),
    killAll,
    dispose: killAll,
  };
}

function spawnHere(
  request: SpawnRequest,
  { folders, codeFolder, hiddenDescriptors }: ProcessIsolationOptions,
): Promise<ProcessTree> {
  return spawnProcessTree({
    command: request.command,
    args: request.args,
    env: request.env,
    cwd: codeFolder,
    ...(process.platform === 'linux' && { outputPipe: folders.outputPipe(request.processName) }),
    hiddenDescriptors,
    groupEntry: request.groupEntry,
    outputDescriptors: request.outputDescriptors,
    connection: request.connection,
    onOutput: request.onOutput,
    onExit: request.onExit,
  });
}

/**
 * Kills all processes that carry the environment id in their variables (log stream, folders), whatever
 * group, session or parent they have now.
 */
export async function killMarked(environmentId: string): Promise<void> {
  for (let round = 0; round < MAX_KILL_ROUNDS; round += 1) {
    const pids = await findProcessesByEnvironment(environmentId);
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
  }
}
