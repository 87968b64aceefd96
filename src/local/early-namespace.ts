import { createTempFolder } from '../system/temp-folder.js';
import { type NamespaceHolder, spawnNamespaceHolder } from './supervisor/namespace-holder.js';

/** As many processes as most functions have: the runtime and some extensions. */
const PIPES: readonly string[] = ['pipe-1', 'pipe-2', 'pipe-3', 'pipe-4'];

let early: Promise<NamespaceHolder> | undefined;

/**
 * Starts namespaces for an invocation of which nothing is known yet, so that they are built while we still read the
 * program for it. Resolves when that is under way. What nobody takes ends with us.
 */
export async function startEarlyNamespace(): Promise<void> {
  if (process.platform !== 'linux') return;
  const folder = await createTempFolder('namespace');
  const { ready } = await spawnNamespaceHolder({ folder: folder.path, pipes: PIPES });
  ready.catch(() => undefined); // told to whoever takes them
  early = ready;
}

/** The namespaces that were started early; for one taker. */
export function takeEarlyNamespace(): Promise<NamespaceHolder> | undefined {
  const taken = early;
  early = undefined;
  return taken;
}
