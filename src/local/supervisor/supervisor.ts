import os from 'node:os';
import path from 'node:path';
import { environmentVariables } from '../../system/environment-variables.js';
import { mkdir } from '../../system/files.js';
import { packageRoot } from '../../system/package-root.js';
import { type EnvironmentHost, type EnvironmentLauncher, type HostRequest, LaunchFailure } from '../core/ports.js';
import { createEnvironmentFolders, listExtensions } from './environment-folders.js';
import { createOutputPipes, SupervisedHost } from './environment-host.js';
import { createInterpreterFinder } from './interpreter.js';
import type { Interpreter } from './interpreter-search.js';
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
  const finder = createInterpreterFinder({ homeFolder: os.homedir(), variables: environmentVariables() });
  const open = new Set<EnvironmentHost>();
  return {
    async open(request) {
      const host = await openHost(request, options, finder);
      open.add(host);
      return host;
    },
    async dispose() {
      await Promise.all([...open].map((host) => host.dispose()));
      open.clear();
    },
  };
}

async function openHost(
  request: HostRequest,
  options: SupervisorOptions,
  finder: ReturnType<typeof createInterpreterFinder>,
): Promise<EnvironmentHost> {
  const { snapshot, environmentId } = request;
  await mkdir(options.workFolder, { recursive: true });
  const [interpreter, optView] = await Promise.all([
    finder.find(snapshot.runtime ?? '').catch(asLaunchFailure),
    prepareOptView({ workFolder: options.workFolder, layerFolders: snapshot.layerFolders, isReadOnly: false }),
  ]);
  const folders = await createEnvironmentFolders(options.workFolder, environmentId, optView);
  const extensionNames = await listExtensions(optView);
  await createOutputPipes(folders, extensionNames);
  const family = /^[a-z]+/.exec(snapshot.runtime ?? '')?.[0] ?? 'provided';
  const isolation = createProcessIsolation({
    environmentId,
    folders,
    codeFolder: snapshot.codeFolder,
    runtimeFolder: path.join(options.bootstrapFolder ?? path.join(packageRoot(), 'dist', 'bootstrap'), family),
    interpreterPrefix: interpreter instanceof LaunchFailure ? undefined : interpreter?.prefix,
    onSpawn: () => undefined,
  });
  return new SupervisedHost({
    request,
    folders,
    isolation,
    interpreter,
    extensionNames,
    notes: describe(isolation.kind, interpreter),
    variables: {
      credentials: options.credentials ?? DUMMY_CREDENTIALS,
      endpointVariables: options.endpointVariables ?? {},
    },
  });
}

function asLaunchFailure(error: unknown): LaunchFailure {
  if (error instanceof LaunchFailure) return error;
  throw error;
}

function describe(kind: string, interpreter: Interpreter | LaunchFailure | undefined): readonly string[] {
  if (interpreter === undefined || interpreter instanceof LaunchFailure) return [`isolation: ${kind}`];
  const { command, version, warning } = interpreter;
  return [
    `isolation: ${kind}`,
    `interpreter: ${command} (${version})`,
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
  ];
}
