import path from 'node:path';
import { findFreePort } from '../../system/free-port.js';
import type { ProcessTree, ProcessTreeEnd } from '../../system/process-tree.js';
import {
  type EnvironmentHost,
  type HostRequest,
  type LaunchedProcess,
  LaunchFailure,
  type ProcessEvents,
} from '../core/ports.js';
import { CpuShare } from './cpu-share.js';
import type { DebugPort, InspectOptions } from './debug-port.js';
import { announcingTo } from './debugger-announcement.js';
import { type EnvironmentFolders, removeEnvironmentFolders } from './environment-folders.js';
import { forkExecFailure } from './fork-exec-failure.js';
import { giveWay } from './give-way.js';
import type { Interpreter } from './interpreter-search.js';
import type { Isolation, SpawnRequest } from './isolation.js';
import { framesItsLogs, LOG_DESCRIPTOR, withFrames } from './log-frames.js';
import { MemoryGuard, type MemoryGuardOptions } from './memory-guard.js';
import { createMissingSdkNote } from './missing-sdk-note.js';
import { extensionEnvironment, type ProcessEnvironmentRequest, runtimeEnvironment } from './process-environment.js';
import { checkProgram } from './program-check.js';
import { runtimeCommand } from './runtime-command.js';
import { CONNECTION_DESCRIPTOR, takesConnection } from './runtime-connection.js';

export interface HostParts {
  readonly request: HostRequest;
  readonly folders: EnvironmentFolders;
  readonly isolation: Isolation;
  /** Undefined for OS-only runtimes; a failure is thrown when the runtime is started. */
  readonly interpreter: Interpreter | LaunchFailure | undefined;
  readonly extensionNames: readonly string[];
  readonly notes: readonly string[];
  /** Present when somebody debugs. */
  readonly debugPort?: DebugPort;
  onDisposed(): Promise<void>;
  /** How many environments of the service are not frozen. */
  countAtWork(): number;
  readonly memory: Pick<MemoryGuardOptions, 'reader' | 'isEnforced' | 'group'>;
  /** Gives the processes the share of a processor that their memory size has. */
  readonly sharesProcessor: boolean;
  readonly variables: Pick<ProcessEnvironmentRequest, 'credentials' | 'credentialsToken' | 'endpointVariables'>;
}

interface StartRequest {
  readonly processName: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly errorType: 'Runtime.InvalidEntrypoint' | 'Extension.LaunchError';
  readonly outputDescriptors?: readonly number[];
  readonly connection?: SpawnRequest['connection'];
}

/** The names of the output pipes that an environment needs. */
export function processNames(extensionNames: readonly string[]): readonly string[] {
  return ['runtime', ...extensionNames.map(extensionProcessName)];
}

/** One open environment: starts its processes inside the isolation and ends all of them. */
export class SupervisedHost implements EnvironmentHost {
  readonly extensionNames: readonly string[];
  readonly notes: readonly string[];
  readonly #parts: HostParts;
  readonly #running = new Map<ProcessTree, Promise<void>>();
  readonly #memory: MemoryGuard;
  readonly #cpuShare: CpuShare | undefined;
  #isFrozen = false;
  #generations = 0;
  #disposal: Promise<void> | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.extensionNames = parts.extensionNames;
    this.notes = parts.notes;
    const { memorySizeMb } = parts.request.snapshot;
    const trees = () => [...this.#running.keys()];
    // A debugger must not find stopped processes.
    if (parts.sharesProcessor && parts.debugPort === undefined) this.#cpuShare = new CpuShare({ memorySizeMb, trees });
    this.#memory = new MemoryGuard({ ...parts.memory, limitBytes: memorySizeMb * 1024 * 1024, trees });
  }

  async startRuntime(events: ProcessEvents): Promise<LaunchedProcess> {
    const { isolation, interpreter, request, debugPort } = this.#parts;
    if (interpreter instanceof LaunchFailure) throw interpreter;
    // What an earlier generation of processes left behind must not see the next one.
    if (this.#generations > 0 && this.#running.size === 0) await isolation.killAll();
    this.#generations += 1;
    const inspect = debugPort === undefined ? undefined : await this.#inspectOptions(debugPort);
    const { command, args } = await runtimeCommand({
      snapshot: request.snapshot,
      view: isolation.view,
      interpreter,
      ...(inspect !== undefined && { inspect }),
      hostPath: (pathInView) => isolation.hostPath(pathInView),
    });
    const framesLogs =
      process.platform === 'linux' && interpreter !== undefined && framesItsLogs(request.snapshot.runtime);
    const connection = this.#connectionForRuntime();
    const env = runtimeEnvironment({
      ...this.#environmentRequest(),
      ...(framesLogs && { logDescriptor: LOG_DESCRIPTOR }),
      ...(connection !== undefined && { connectionDescriptor: connection.descriptor }),
    });
    const noted: ProcessEvents = { ...events, onOutput: createMissingSdkNote((chunk) => events.onOutput(chunk)) };
    const watched = debugPort === undefined ? noted : announcingTo(debugPort, request, noted);
    const start: StartRequest = {
      processName: 'runtime',
      ...{ command, args, env },
      errorType: 'Runtime.InvalidEntrypoint',
      connection,
    };
    if (!framesLogs) return this.#start(start, watched);
    return this.#start({ ...start, outputDescriptors: [LOG_DESCRIPTOR] }, withFrames(watched));
  }

  async startExtension(name: string, events: ProcessEvents): Promise<LaunchedProcess> {
    const { isolation } = this.#parts;
    const command = path.join(isolation.view.opt, 'extensions', name);
    await checkProgram({
      file: isolation.hostPath(command),
      shownAs: `/opt/extensions/${name}`,
      errorType: 'Extension.LaunchError',
      hostPath: (pathInView) => isolation.hostPath(pathInView),
    });
    const env = extensionEnvironment(this.#environmentRequest());
    const processName = extensionProcessName(name);
    return this.#start({ processName, command, args: [], env, errorType: 'Extension.LaunchError' }, events);
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  freeze(): void {
    // A stopped process would not answer its debugger.
    if (this.#parts.debugPort !== undefined) return;
    this.#isFrozen = true;
    this.#memory.stop();
    for (const tree of this.#running.keys()) tree.signal('SIGSTOP');
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const tree of this.#running.keys()) tree.signal('SIGCONT');
    if (this.#running.size > 0) this.#memory.start();
  }

  limitProcessor(isLimited: boolean): void {
    this.#cpuShare?.limit(isLimited);
  }

  maxMemoryBytes(): Promise<number> {
    return this.#memory.highestBytes();
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #start(start: StartRequest, events: ProcessEvents): Promise<LaunchedProcess> {
    if (this.#disposal !== undefined) throw new LaunchFailure('Sandbox.Failure', 'The environment is closed');
    const { isolation } = this.#parts;
    let settleEnd: (end: ProcessTreeEnd) => void = () => undefined;
    const end = new Promise<ProcessTreeEnd>((resolve) => {
      settleEnd = resolve;
    });
    const tree = await isolation
      .spawn({
        ...start,
        groupEntry: this.#parts.memory.group?.entryFile,
        onOutput: (chunk) => events.onOutput(chunk),
        onExit: (value) => settleEnd(value),
      })
      .catch((error: Error) => {
        throw forkExecFailure(start.errorType, start.command, error);
      });
    this.#running.set(
      tree,
      end.then((value) => this.#ended(tree, value, events)),
    );
    giveWay(tree, this.#parts.countAtWork());
    this.#memory.start();
    if (this.#disposal !== undefined) tree.signal('SIGKILL');
    return {
      get pid() {
        return tree.leaderPid() ?? tree.pid;
      },
      signal: (signal) => this.#signal(tree, signal),
    };
  }

  /** debugpy neither takes any port nor announces one, so it is given one. */
  async #inspectOptions(debugPort: DebugPort): Promise<InspectOptions> {
    const { environmentId, snapshot } = this.#parts.request;
    if (!snapshot.runtime?.startsWith('python')) return debugPort.options;
    const port = await findFreePort();
    debugPort.offer({ environmentId, port, tellsPauses: false });
    return { ...debugPort.options, port };
  }

  #signal(tree: ProcessTree, signal: 'SIGTERM' | 'SIGKILL'): void {
    tree.signal(signal);
    // A stopped process takes SIGKILL at once but sees SIGTERM only when it runs again.
    if (this.#isFrozen && signal === 'SIGTERM') tree.signal('SIGCONT');
  }

  #ended(tree: ProcessTree, end: ProcessTreeEnd, events: ProcessEvents): void {
    this.#running.delete(tree);
    if (this.#running.size === 0) this.#memory.stop();
    events.onExit({ ...end, isOutOfMemory: this.#memory.explains(tree, end) });
  }

  async #dispose(): Promise<void> {
    this.#cpuShare?.limit(false);
    const ends = [...this.#running.values()];
    for (const tree of this.#running.keys()) tree.signal('SIGKILL');
    await this.#parts.isolation.dispose();
    await Promise.all(ends);
    this.#memory.stop();
    const { memory, folders, onDisposed } = this.#parts;
    await Promise.all([memory.group?.remove(), removeEnvironmentFolders(folders.root), onDisposed()]);
  }

  #connectionForRuntime(): SpawnRequest['connection'] {
    const { runtimeApi, snapshot } = this.#parts.request;
    const { accept } = runtimeApi;
    return accept !== undefined && takesConnection(snapshot)
      ? { descriptor: CONNECTION_DESCRIPTOR, accept }
      : undefined;
  }

  #environmentRequest(): ProcessEnvironmentRequest {
    const { request, isolation, variables } = this.#parts;
    const { address } = request.runtimeApi;
    return { ...request, runtimeApi: address, ...variables, view: isolation.view, lang: isolation.lang };
  }
}

function extensionProcessName(name: string): string {
  return `extension-${name}`;
}
