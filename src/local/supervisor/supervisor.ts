import os from 'node:os';
import { environmentVariables } from '../../system/environment-variables.js';
import { identifyOwnProcess, type ProcessIdentity } from '../../system/process-identity.js';
import { mkdir } from '../../system/quick-files.js';
import type { FunctionSnapshot } from '../core/function-snapshot.js';
import { type EnvironmentHost, type EnvironmentLauncher, LaunchFailure, type OpeningRequest } from '../core/ports.js';
import { DebugPort, type InspectOptions } from './debug-port.js';
import {
  createEnvironmentFolders,
  type EnvironmentFolders,
  listExtensions,
  removeEnvironmentFolders,
} from './environment-folders.js';
import { processNames, SupervisedHost } from './environment-host.js';
import { EnvironmentWalls, type Walls } from './environment-walls.js';
import { hostNotes } from './host-notes.js';
import { createInterpreterFinder, type InterpreterFinder } from './interpreter.js';
import type { Interpreter } from './interpreter-search.js';
import { IsolationChooser } from './isolation-choice.js';
import { reapLeftovers, writeOwner } from './leftovers.js';
import { MemoryControl, type MemoryLimit } from './memory-control.js';
import { createMemoryReader } from './memory-reader.js';
import type { NamespaceHolder } from './namespace-holder.js';
import type { NamespaceTools } from './namespace-isolation.js';
import { downloadNode } from './node-download.js';
import { OrphanWatch } from './orphan-watch.js';
import { OutputPipes } from './output-pipes.js';
import { openPassedTrials } from './passed-trials.js';
import { DUMMY_CREDENTIALS, type FunctionCredentials, requiredSystemVariables } from './process-environment.js';
import { SpareNamespaces } from './spare-namespaces.js';

export interface SupervisorOptions {
  /** Folder for environments and merged layers; made when missing. One supervisor at a time uses it. */
  readonly workFolder: string;
  /** `best`: namespaces where the machine permits them, else plain processes. Default `best`. */
  readonly isolation?: 'best' | 'namespace' | 'process';
  /** Where downloaded interpreters are kept. */
  readonly cacheFolder: string;
  /** Lets a missing Node.js version come from the npm registry. Default false. */
  readonly allowRuntimeDownload?: boolean;
  /** Default: worthless ones. */
  readonly credentials?: FunctionCredentials;
  /** Tokens for the credentials endpoint, which SnapStart environments then use instead of variables. */
  readonly credentialsToken?: (environmentId: string) => string;
  /** Added to every process: `AWS_ENDPOINT_URL` and the like. A function's own variables win over them. */
  readonly endpointVariables?: Readonly<Record<string, string>>;
  /** Kills a function that takes more than its memory size. Default true. */
  readonly enforceMemory?: boolean;
  /**
   * `group`: by a control group of the kernel, which no process can outrun. `measure`: by looking every few
   * milliseconds. `best`: by a group where the machine permits it. Default `best`.
   */
  readonly memoryControl?: 'best' | 'group' | 'measure';
  /** Gives functions the share of a processor that their memory size has on Lambda. Linux. Default false. */
  readonly sharesProcessor?: boolean;
  /** Starts functions with their debugger; editors connect to this one port. */
  readonly inspect?: InspectOptions;
  /** Told of each environment how it is isolated and limited, what runs it, and what differs from AWS. */
  readonly onNotes?: (functionName: string, notes: readonly string[]) => void;
  /** Namespaces that were started before anything was known of the function; the first environment takes them. */
  readonly earlyNamespace?: Promise<NamespaceHolder> | undefined;
  /** How the programs for namespaces are found; for tests of machines without them. */
  readonly namespaceTools?: () => Promise<NamespaceTools | undefined>;
  /** The folder with one start program per language family. Default: that of the installed package. */
  readonly bootstrapFolder?: string;
}

export interface Supervisor extends EnvironmentLauncher {
  /** Milliseconds for which a debugger has held an environment so far. */
  debuggerPausedMs(environmentId: string): number;
  /** The port to which debuggers connect; undefined without `inspect` and before the first environment. */
  readonly debugPort: number | undefined;
  /** Ends every environment that is still open. Idempotent. */
  dispose(): Promise<void>;
}

/** The world in which a function's processes live: starts and stops them, gives them folders, variables and limits. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new ProcessSupervisor(options);
}

class ProcessSupervisor implements Supervisor {
  readonly #finder: InterpreterFinder;
  readonly #hosts = new Set<SupervisedHost>();
  readonly #orphans = new OrphanWatch();
  /** What is under way and has to come to its end before we are closed. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #spares: SpareNamespaces;
  readonly #walls: EnvironmentWalls;
  readonly #memoryControl: MemoryControl;
  readonly #pipes: OutputPipes;
  readonly #debugPort: DebugPort | undefined;
  #preparation: Promise<{ readonly owner: ProcessIdentity }> | undefined;

  constructor(private readonly options: SupervisorOptions) {
    const { isolation = 'best', namespaceTools, workFolder, cacheFolder, allowRuntimeDownload = false } = options;
    this.#finder = createInterpreterFinder({
      homeFolder: os.homedir(),
      variables: environmentVariables(),
      ...(allowRuntimeDownload && {
        download: (major: string) => this.#track(downloadNode(major, cacheFolder, this.#closing.signal)),
      }),
    });
    const trials = openPassedTrials(cacheFolder);
    this.#spares = new SpareNamespaces({ workFolder, early: options.earlyNamespace });
    this.#walls = new EnvironmentWalls({
      workFolder,
      spares: this.#spares,
      orphans: this.#orphans,
      chooser: new IsolationChooser({
        wanted: isolation,
        trials,
        ...(namespaceTools !== undefined && { findTools: namespaceTools }),
      }),
      ...(options.bootstrapFolder !== undefined && { bootstrapFolder: options.bootstrapFolder }),
    });
    const { enforceMemory = true, memoryControl = 'best' } = options;
    this.#memoryControl = new MemoryControl({ isEnforced: enforceMemory, wanted: memoryControl, trials });
    this.#pipes = new OutputPipes(workFolder, this.#spares.earlyPipes());
    if (options.inspect !== undefined) this.#debugPort = new DebugPort(options.inspect);
  }

  open(request: OpeningRequest, signal?: AbortSignal): Promise<EnvironmentHost> {
    const closing = this.#closing.signal;
    return this.#track(this.#open(request, signal === undefined ? closing : AbortSignal.any([signal, closing])));
  }

  debuggerPausedMs(environmentId: string): number {
    return this.#debugPort?.pausedMs(environmentId) ?? 0;
  }

  get debugPort(): number | undefined {
    return this.#debugPort?.port;
  }

  async dispose(): Promise<void> {
    this.#closing.abort(new Error('the supervisor is closed'));
    await Promise.allSettled(this.#underWay);
    await Promise.all([...this.#hosts].map((host) => host.dispose()));
    await Promise.all([
      this.#orphans.dispose(),
      this.#spares.dispose(),
      this.#pipes.dispose(),
      this.#debugPort?.dispose(),
    ]);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const forget = (): void => {
      this.#underWay.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  async #open(request: OpeningRequest, signal: AbortSignal): Promise<EnvironmentHost> {
    signal.throwIfAborted();
    const { snapshot, environmentId } = request;
    const { workFolder } = this.options;
    this.#preparation ??= this.#prepare();
    const [{ owner }, interpreter] = await Promise.all([
      this.#preparation,
      // The search goes on for the others that wait for it.
      untilAborted(this.#findInterpreter(snapshot).catch(asLaunchFailure), signal),
    ]);
    const folders = await createEnvironmentFolders(workFolder, environmentId);
    try {
      return await this.#openIn({ folders, request, interpreter, signal, owner });
    } catch (error) {
      await removeEnvironmentFolders(folders.root);
      throw error;
    }
  }

  async #findInterpreter({ packageType, runtime }: FunctionSnapshot): Promise<Interpreter | undefined> {
    if (packageType === 'Zip' && runtime !== undefined) return this.#finder.find(runtime);
    throw new LaunchFailure(
      'Runtime.InvalidEntrypoint',
      'Container images cannot run locally: there is no container engine',
    );
  }

  async #prepare(): Promise<{ readonly owner: ProcessIdentity }> {
    const { workFolder } = this.options;
    await mkdir(workFolder, { recursive: true });
    const [owner] = await Promise.all([identifyOwnProcess(), reapLeftovers(workFolder)]);
    this.#memoryControl.prepare(owner);
    return { owner };
  }

  /** Builds the walls and sets the limits at the same time; when one fails the other is taken back. */
  async #openIn(opening: Opening): Promise<EnvironmentHost> {
    const { folders, request, interpreter, signal, owner } = opening;
    const building = this.#walls.build({
      folders,
      request,
      signal,
      interpreterPrefix: interpreter instanceof LaunchFailure ? undefined : interpreter?.prefix,
      // Whether that fails is asked later.
      whileMounting: () => void request.openRuntimeApi().catch(() => undefined),
    });
    const limiting = writeOwner(folders.ownerFile, owner).then(() => this.#memoryControl.limit(request));
    // Made meanwhile: the first pipes come from a program.
    const [walls, memoryLimit] = await Promise.allSettled([building, limiting, this.#pipes.stockUp()]);
    try {
      if (walls.status === 'rejected') throw walls.reason;
      if (memoryLimit.status === 'rejected') throw memoryLimit.reason;
      return await this.#furnish(opening, walls.value, memoryLimit.value);
    } catch (error) {
      if (walls.status === 'fulfilled') await walls.value.isolation.dispose();
      if (memoryLimit.status === 'fulfilled') await memoryLimit.value.group?.remove();
      await this.#orphans.remove(request.environmentId);
      throw error;
    }
  }

  async #furnish({ folders, request, interpreter, signal }: Opening, walls: Walls, memoryLimit: MemoryLimit) {
    const { isolation, optView, choice } = walls;
    const extensionNames = await listExtensions(optView);
    await this.#debugPort?.listen();
    await this.#pipes.provide(folders, processNames(extensionNames));
    const runtimeApi = await request.openRuntimeApi();
    signal.throwIfAborted();
    const host: SupervisedHost = new SupervisedHost({
      request: { ...request, runtimeApi },
      folders,
      isolation,
      interpreter,
      extensionNames,
      notes: hostNotes({
        choice,
        memoryLimit: memoryLimit.kind,
        interpreter,
        architecture: request.snapshot.architecture,
      }),
      memory: {
        reader: createMemoryReader(),
        isEnforced: this.options.enforceMemory ?? true,
        group: memoryLimit.group,
      },
      sharesProcessor: this.options.sharesProcessor ?? false,
      ...(this.#debugPort !== undefined && { debugPort: this.#debugPort }),
      countAtWork: () => [...this.#hosts].filter(({ isFrozen }) => !isFrozen).length,
      onDisposed: async () => {
        this.#hosts.delete(host);
        await this.#orphans.remove(request.environmentId);
      },
      variables: {
        credentials: this.options.credentials ?? DUMMY_CREDENTIALS,
        ...(this.options.credentialsToken !== undefined && { credentialsToken: this.options.credentialsToken }),
        endpointVariables: {
          ...requiredSystemVariables(process.platform, environmentVariables()),
          ...this.options.endpointVariables,
        },
      },
    });
    this.#hosts.add(host);
    this.options.onNotes?.(request.snapshot.functionName, host.notes);
    return host;
  }
}

interface Opening {
  readonly folders: EnvironmentFolders;
  readonly request: OpeningRequest;
  readonly interpreter: Interpreter | LaunchFailure | undefined;
  /** Aborts when nobody needs the environment any more. */
  readonly signal: AbortSignal;
  readonly owner: ProcessIdentity;
}

function asLaunchFailure(error: unknown): LaunchFailure {
  if (error instanceof LaunchFailure) return error;
  throw error;
}

/** Stops waiting when the signal aborts; the work itself goes on. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
