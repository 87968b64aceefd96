import os from 'node:os';
import path from 'node:path';
import { environmentVariables } from '../../system/environment-variables.js';
import { mkdir } from '../../system/files.js';
import { packageRoot } from '../../system/package-root.js';
import { inheritableDescriptors } from '../../system/process-tree.js';
import { type EnvironmentHost, type EnvironmentLauncher, type HostRequest, LaunchFailure } from '../core/ports.js';
import {
  createEnvironmentFolders,
  type EnvironmentFolders,
  listExtensions,
  removeEnvironmentFolders,
} from './environment-folders.js';
import { createOutputPipes, SupervisedHost } from './environment-host.js';
import { createInterpreterFinder, type InterpreterFinder } from './interpreter.js';
import type { Interpreter } from './interpreter-search.js';
import type { Isolation } from './isolation.js';
import { chooseIsolation, type IsolationChoice } from './isolation-choice.js';
import { type Owner, ourselves, reapLeftovers, writeOwner } from './leftovers.js';
import { createMemoryReader } from './memory-reader.js';
import { createNamespaceIsolation, type NamespaceTools } from './namespace-isolation.js';
import { prepareOptView } from './opt-view.js';
import { OrphanWatch } from './orphan-watch.js';
import { DUMMY_CREDENTIALS, type FunctionCredentials } from './process-environment.js';
import { createProcessIsolation } from './process-isolation.js';

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
  /** Added to every process: `AWS_ENDPOINT_URL` and the like. A function's own variables win over them. */
  readonly endpointVariables?: Readonly<Record<string, string>>;
  /** Kills a function that takes more than its memory size. Default true. */
  readonly enforceMemory?: boolean;
  /** How the programs for namespaces are found; for tests of machines without them. */
  readonly namespaceTools?: () => Promise<NamespaceTools | undefined>;
  /** The folder with one start program per language family. Default: that of the installed package. */
  readonly bootstrapFolder?: string;
}

export interface Supervisor extends EnvironmentLauncher {
  /** Ends every environment that is still open. Idempotent. */
  dispose(): Promise<void>;
}

/** The world in which a function's processes live: starts and stops them, gives them folders, variables and limits. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new ProcessSupervisor(options);
}

class ProcessSupervisor implements Supervisor {
  readonly #finder: InterpreterFinder;
  readonly #hosts = new Set<EnvironmentHost>();
  readonly #orphans = new OrphanWatch();
  readonly #hiddenDescriptors = inheritableDescriptors();
  readonly #memoryReader = createMemoryReader();
  readonly #openings = new Set<Promise<EnvironmentHost>>();
  #preparation: Promise<Preparation> | undefined;
  #isDisposed = false;

  constructor(private readonly options: SupervisorOptions) {
    this.#finder = createInterpreterFinder({ homeFolder: os.homedir(), variables: environmentVariables() });
  }

  open(request: HostRequest): Promise<EnvironmentHost> {
    if (this.#isDisposed) return Promise.reject(new Error('the supervisor is closed'));
    const opening = this.#open(request);
    this.#openings.add(opening);
    const forget = (): void => {
      this.#openings.delete(opening);
    };
    opening.then(forget, forget);
    return opening;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled(this.#openings);
    await Promise.all([...this.#hosts].map((host) => host.dispose()));
    await this.#orphans.dispose();
  }

  async #open(request: HostRequest): Promise<EnvironmentHost> {
    const { snapshot } = request;
    const { workFolder } = this.options;
    this.#preparation ??= this.#prepare();
    const [{ choice, owner }, interpreter] = await Promise.all([
      this.#preparation,
      this.#finder.find(snapshot.runtime ?? '').catch(asLaunchFailure),
    ]);
    const isReadOnly = choice.kind === 'namespace';
    const optView = await prepareOptView({ workFolder, layerFolders: snapshot.layerFolders, isReadOnly });
    const folders = await createEnvironmentFolders(workFolder, request.environmentId, optView);
    try {
      await writeOwner(folders.ownerFile, owner);
      return await this.#openIn(folders, { request, choice, interpreter, optView });
    } catch (error) {
      await removeEnvironmentFolders(folders.root);
      throw error;
    }
  }

  async #prepare(): Promise<Preparation> {
    const { workFolder, isolation = 'best', namespaceTools } = this.options;
    await mkdir(workFolder, { recursive: true });
    await reapLeftovers(workFolder);
    const [choice, owner] = await Promise.all([chooseIsolation(isolation, workFolder, namespaceTools), ourselves()]);
    return { choice, owner };
  }

  async #openIn(folders: EnvironmentFolders, plan: HostPlan): Promise<EnvironmentHost> {
    const { request, choice, interpreter, optView } = plan;
    const extensionNames = await listExtensions(optView);
    const [isolation, pipes] = await Promise.allSettled([
      this.#createIsolation(folders, plan),
      createOutputPipes(folders, extensionNames),
    ]);
    if (isolation.status === 'rejected') throw isolation.reason;
    if (pipes.status === 'rejected') {
      await isolation.value.dispose();
      throw pipes.reason;
    }
    const host: EnvironmentHost = new SupervisedHost({
      request,
      folders,
      isolation: isolation.value,
      interpreter,
      extensionNames,
      notes: describe(choice, interpreter),
      memory: { reader: this.#memoryReader, isEnforced: this.options.enforceMemory ?? true },
      onDisposed: async () => {
        this.#hosts.delete(host);
        await this.#orphans.remove(request.environmentId);
      },
      variables: {
        credentials: this.options.credentials ?? DUMMY_CREDENTIALS,
        endpointVariables: this.options.endpointVariables ?? {},
      },
    });
    this.#hosts.add(host);
    return host;
  }

  async #createIsolation(folders: EnvironmentFolders, plan: HostPlan): Promise<Isolation> {
    const { snapshot, environmentId } = plan.request;
    const family = /^[a-z]+/.exec(snapshot.runtime ?? '')?.[0] ?? 'provided';
    const bootstraps = this.options.bootstrapFolder ?? path.join(packageRoot(), 'dist', 'bootstrap');
    const runtimeFolder = path.join(bootstraps, family);
    const interpreterPrefix = plan.interpreter instanceof LaunchFailure ? undefined : plan.interpreter?.prefix;
    const hiddenDescriptors = this.#hiddenDescriptors;
    const parts = { folders, hiddenDescriptors, codeFolder: snapshot.codeFolder, runtimeFolder, interpreterPrefix };
    if (plan.choice.kind === 'process') {
      await this.#orphans.add(environmentId);
      return createProcessIsolation({ ...parts, environmentId });
    }
    return createNamespaceIsolation({
      ...parts,
      // OS-only runtimes bring their own program: there is nothing of ours to show.
      runtimeFolder: interpreterPrefix === undefined ? folders.empty : runtimeFolder,
      tools: plan.choice.tools,
      optView: plan.optView,
      ephemeralStorageMb: snapshot.ephemeralStorageMb,
    });
  }
}

interface Preparation {
  readonly choice: IsolationChoice;
  readonly owner: Owner;
}

interface HostPlan {
  readonly request: HostRequest;
  readonly choice: IsolationChoice;
  readonly interpreter: Interpreter | LaunchFailure | undefined;
  readonly optView: string;
}

function asLaunchFailure(error: unknown): LaunchFailure {
  if (error instanceof LaunchFailure) return error;
  throw error;
}

function describe(choice: IsolationChoice, interpreter: Interpreter | LaunchFailure | undefined): readonly string[] {
  const because = choice.kind === 'process' && choice.reason !== undefined ? ` (${choice.reason})` : '';
  if (interpreter === undefined || interpreter instanceof LaunchFailure) return [`isolation: ${choice.kind}${because}`];
  const { command, version, warning } = interpreter;
  return [
    `isolation: ${choice.kind}${because}`,
    `interpreter: ${command} (${version})`,
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
  ];
}
