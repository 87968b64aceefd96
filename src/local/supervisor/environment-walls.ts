import path from 'node:path';
import { inheritableDescriptors } from '../../system/inheritable-descriptors.js';
import { packageRoot } from '../../system/package-root.js';
import type { OpeningRequest } from '../core/ports.js';
import { type EnvironmentFolders, linkFolder } from './environment-folders.js';
import type { Isolation } from './isolation.js';
import type { IsolationChoice, IsolationChooser } from './isolation-choice.js';
import { createNamespaceIsolation } from './namespace-isolation.js';
import { prepareOptView } from './opt-view.js';
import type { OrphanWatch } from './orphan-watch.js';
import { createProcessIsolation } from './process-isolation.js';
import { findRuntimePackages, linkRuntimePackages } from './runtime-packages.js';
import type { SpareNamespaces } from './spare-namespaces.js';

export interface EnvironmentWallsOptions {
  readonly workFolder: string;
  readonly chooser: IsolationChooser;
  readonly orphans: OrphanWatch;
  readonly spares: SpareNamespaces;
  /** The folder with one start program per language family. Default: that of the installed package. */
  readonly bootstrapFolder?: string;
}

export interface WallsRequest {
  readonly folders: EnvironmentFolders;
  readonly request: OpeningRequest;
  /** The folder that the interpreter is installed in; undefined for OS-only runtimes and where none was found. */
  readonly interpreterPrefix: string | undefined;
  /** Aborts when nobody needs the environment any more. */
  readonly signal: AbortSignal;
  /** Called when there is nothing to do but wait for other processes; not with every kind of walls. */
  whileMounting(): void;
}

/** What is around an environment. */
export interface Walls {
  readonly isolation: Isolation;
  /** The folder that is shown as `/opt`. */
  readonly optView: string;
  readonly choice: IsolationChoice;
}

/** Builds what separates an environment from the machine, and shows it Lambda's folders. */
export class EnvironmentWalls {
  readonly #hiddenDescriptors = inheritableDescriptors();

  constructor(private readonly options: EnvironmentWallsOptions) {}

  build({ folders, request, interpreterPrefix, signal, whileMounting }: WallsRequest): Promise<Walls> {
    const { snapshot, environmentId } = request;
    const { workFolder, chooser, orphans, spares } = this.options;
    const { layerFolders, ephemeralStorageMb } = snapshot;
    // An image has no unpacked code; its environment exists only to say why it cannot run.
    const codeFolder = snapshot.packageType === 'Image' ? folders.empty : snapshot.codeFolder;
    const family = /^[a-z]+/.exec(snapshot.runtime ?? '')?.[0];
    const parts = {
      folders,
      codeFolder,
      runtimeFolder: this.#runtimeFolder(interpreterPrefix, family) ?? folders.empty,
      interpreterPrefix,
      hiddenDescriptors: this.#hiddenDescriptors,
    };
    return chooser.build({
      namespace: async (tools) => {
        const optView = await prepareOptView({ workFolder, layerFolders, isReadOnly: true });
        const packages = family === 'nodejs' ? await providePackages(codeFolder, folders) : undefined;
        signal.throwIfAborted();
        const namespace = { ...parts, tools, spares, optView, ephemeralStorageMb, packages, signal, whileMounting };
        return { optView, isolation: await createNamespaceIsolation(namespace) };
      },
      process: async () => {
        const optView = await prepareOptView({ workFolder, layerFolders, isReadOnly: false });
        await linkFolder(optView, folders.opt);
        signal.throwIfAborted();
        await orphans.add(environmentId);
        return { optView, isolation: createProcessIsolation({ ...parts, environmentId }) };
      },
    });
  }

  /** OS-only runtimes bring their own program: there is nothing of ours to show. */
  #runtimeFolder(interpreterPrefix: string | undefined, family: string | undefined): string | undefined {
    const { bootstrapFolder = path.join(packageRoot(), 'dist', 'bootstrap') } = this.options;
    return interpreterPrefix === undefined || family === undefined ? undefined : path.join(bootstrapFolder, family);
  }
}

/** The AWS SDK that the runtime brings on Lambda, from the project of the function. */
async function providePackages(
  codeFolder: string,
  { root }: EnvironmentFolders,
): Promise<{ readonly folder: string; readonly names: string } | undefined> {
  const packages = await findRuntimePackages(codeFolder);
  if (packages === undefined) return undefined;
  const names = path.join(root, 'packages');
  await linkRuntimePackages(packages, names);
  return { folder: packages.folder, names };
}
