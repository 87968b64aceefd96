import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { mkdir } from '../../system/files.js';
import { createEnvironmentFolders, removeEnvironmentFolders } from './environment-folders.js';
import { createNamespaceIsolation, findNamespaceTools, type NamespaceTools } from './namespace-isolation.js';

/** `namespace` carries what is needed for it, `process` the reason why it is not more. */
export type IsolationChoice =
  | { readonly kind: 'namespace'; readonly tools: NamespaceTools }
  | { readonly kind: 'process'; readonly reason: string | undefined };

/**
 * Finds out by really trying whether this machine permits namespaces: kernel settings, security modules
 * and container engines forbid them in too many ways to ask for each.
 * @throws LambdakitError `permission-denied` when namespaces were demanded and are not permitted
 */
export async function chooseIsolation(
  wanted: 'best' | 'namespace' | 'process',
  workFolder: string,
  findTools: () => Promise<NamespaceTools | undefined> = findNamespaceTools,
): Promise<IsolationChoice> {
  if (wanted === 'process') return { kind: 'process', reason: undefined };
  const choice = await tryNamespaces(workFolder, await findTools());
  if (choice.kind === 'process' && wanted === 'namespace') {
    throw new LambdakitError('permission-denied', `Namespaces are not permitted here: ${choice.reason}`, {
      hint: 'Choose the isolation "best" to run functions as plain processes instead.',
    });
  }
  return choice;
}

async function tryNamespaces(workFolder: string, tools: NamespaceTools | undefined): Promise<IsolationChoice> {
  if (tools === undefined) return { kind: 'process', reason: 'unshare, nsenter and setsid (util-linux) are missing' };
  const folder = path.join(workFolder, 'probe', randomBytes(8).toString('hex'));
  const empty = path.join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  try {
    const folders = await createEnvironmentFolders(folder, 'trial', empty);
    const isolation = await createNamespaceIsolation({
      tools,
      hiddenDescriptors: [],
      folders,
      codeFolder: empty,
      optView: empty,
      runtimeFolder: empty,
      interpreterPrefix: undefined,
      ephemeralStorageMb: 512,
    });
    try {
      await isolation.check();
    } finally {
      await isolation.dispose();
    }
    return { kind: 'namespace', tools };
  } catch (error) {
    return { kind: 'process', reason: error instanceof Error ? error.message.split('\n')[0] : String(error) };
  } finally {
    await removeEnvironmentFolders(folder);
  }
}
