import os from 'node:os';
import path from 'node:path';
import { environmentVariables } from '../../system/environment-variables.js';
import { mkdir } from '../../system/files.js';
import { packageRoot } from '../../system/package-root.js';
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
import { createNamespaceIsolation } from './namespace-isolation.js';
import { prepareOptView } from './opt-view.js';
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
  #choice: Promise<IsolationChoice> | undefined;

  constructor(private readonly options: SupervisorOptions) {
    this.#finder = createInterpreterFinder({ homeFolder: os.homedir(), variables: environmentVariables() });
  }

  async open(request: HostRequest): Promise<EnvironmentHost> {
    const { snapshot } = request;
    const { workFolder, isolation = 'best' } = this.options;
    await mkdir(workFolder, { recursive: true });
    this.#choice ??= chooseIsolation(isolation, workFolder);
    const [choice, interpreter] = await Promise.all([
      this.#choice,
      this.#finder.find(snapshot.runtime ?? '').catch(asLaunchFailure),
    ]);
    const optView = await prepareOptView({
      workFolder,
      layerFolders: snapshot.layerFolders,
      isReadOnly: choice.kind === 'namespace',
    });
    const folders = await createEnvironmentFolders(workFolder, request.environmentId, optView);
    const host = await this.#openIn(folders, { request, choice, interpreter, optView }).catch(
      async (error: unknown) => {
        await removeEnvironmentFolders(folders.root);
        throw error;
      },
    );
    this.#hosts.add(host);
    return host;
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#hosts].map((host) => host.dispose()));
    this.#hosts.clear();
  }

  async #openIn(folders: EnvironmentFolders, plan: HostPlan): Promise<EnvironmentHost> {
    const { request, choice, interpreter, optView } = plan;
    const extensionNames = await listExtensions(optView);
    const [isolation] = await Promise.all([
      this.#createIsolation(folders, plan),
      createOutputPipes(folders, extensionNames),
    ]);
    return new SupervisedHost({
      request,
      folders,
      isolation,
      interpreter,
      extensionNames,
      notes: describe(choice, interpreter),
      variables: {
        credentials: this.options.credentials ?? DUMMY_CREDENTIALS,
        endpointVariables: this.options.endpointVariables ?? {},
      },
    });
  }

  async #createIsolation(folders: EnvironmentFolders, plan: HostPlan): Promise<Isolation> {
    const { snapshot, environmentId } = plan.request;
    const family = /^[a-z]+/.exec(snapshot.runtime ?? '')?.[0] ?? 'provided';
    const bootstraps = this.options.bootstrapFolder ?? path.join(packageRoot(), 'dist', 'bootstrap');
    const runtimeFolder = path.join(bootstraps, family);
    const interpreterPrefix = plan.interpreter instanceof LaunchFailure ? undefined : plan.interpreter?.prefix;
    const parts = { folders, codeFolder: snapshot.codeFolder, runtimeFolder, interpreterPrefix };
    if (plan.choice.kind === 'process') {
      return createProcessIsolation({ ...parts, environmentId, onSpawn: () => undefined });
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
