import path from 'node:path';
import { existsSync } from '../system/files.js';

/** Where each family of runtimes looks inside /opt (developer guide, "Packaging your layer content"). */
const FOLDERS: Readonly<Record<string, string>> = {
  nodejs: 'nodejs',
  python: 'python',
  ruby: 'ruby/lib',
  java: 'java/lib',
  dotnet: 'lib',
  provided: '',
};

/** What a layer's content has at its root when it is laid out for /opt already. */
const LAID_OUT = ['nodejs', 'python', 'ruby', 'java', 'bin', 'lib', 'extensions', 'bootstrap'];

/**
 * The folder in the layer's archive that its content belongs into, from the runtimes it is for. Empty
 * when the content is laid out for /opt already, or no one family of runtimes is named.
 */
export function layerPrefix(contentFolder: string, compatibleRuntimes: readonly string[] = []): string {
  const families = new Set(
    compatibleRuntimes.map((runtime) => runtime.replace(/[\d.].*$/, '').replace('dotnetcore', 'dotnet')),
  );
  const [family] = families;
  if (families.size !== 1 || family === undefined) return '';
  const isLaidOut = LAID_OUT.some((name) => existsSync(path.join(contentFolder, name)));
  return isLaidOut && !existsSync(path.join(contentFolder, 'node_modules')) ? '' : (FOLDERS[family] ?? '');
}
