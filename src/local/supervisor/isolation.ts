import type { ProcessTree, ProcessTreeEnd, ProcessTreeOptions } from '../../system/process-tree.js';
import type { FilesystemView } from './filesystem-view.js';

export interface SpawnRequest {
  /** Names the output pipe: `runtime`, or the extension with a prefix. */
  readonly processName: string;
  /** Paths of the view. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The entry file of the control group that limits its memory. */
  readonly groupEntry?: string | undefined;
  /** Descriptors beside stdout and stderr that are read as output, too. */
  readonly outputDescriptors?: readonly number[] | undefined;
  /** Leads to our APIs. */
  readonly connection?: ProcessTreeOptions['connection'];
  onOutput(chunk: Uint8Array): void;
  onExit(end: ProcessTreeEnd): void;
}

/** The walls around the processes of one environment. */
export interface Isolation {
  readonly kind: 'namespace' | 'process';
  readonly view: FilesystemView;
  /** The folder above the interpreter's `bin`, as the view names it; absent for OS-only runtimes. */
  readonly lang: string | undefined;
  /** Turns a path of the view into one of this machine. */
  hostPath(pathInView: string): string;
  /** Starts a process in the task folder. @throws the system error */
  spawn(request: SpawnRequest): Promise<ProcessTree>;
  /** Kills every process of the environment, also those that left their group. Resolves when none is left. */
  killAll(): Promise<void>;
  /** Kills and takes the walls down. */
  dispose(): Promise<void>;
}
