import path from 'node:path';
import { existsSync } from '../system/files.js';

/** In the order in which TypeScript and Node prefer them. */
const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The source file of a Node.js handler such as `src/index.handler`: the part before the first dot of
 * its last segment names the file, without extension. Undefined where no such file is.
 */
export function findHandlerFile(codeFolder: string, handler: string | undefined): string | undefined {
  if (handler === undefined) return undefined;
  const folder = path.posix.dirname(handler);
  const [module = ''] = path.posix.basename(handler).split('.');
  const stem = path.join(codeFolder, folder, module);
  return EXTENSIONS.map((extension) => stem + extension).find((file) => existsSync(file));
}

/** The names that `findHandlerFile` looks for, for messages. */
export function handlerFileNames(handler: string): string {
  const stem = path.posix.join(path.posix.dirname(handler), path.posix.basename(handler).split('.')[0] ?? '');
  return `${stem}{${EXTENSIONS.join(',')}}`;
}
