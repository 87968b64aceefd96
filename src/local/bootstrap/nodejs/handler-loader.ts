import { fs, path, require, url } from './builtin-modules.js';
import type { ClientGeneration } from './client-generation.js';
import { runtimeError } from './runtime-error.js';

// biome-ignore lint/suspicious/noExplicitAny: the user's code decides what it takes and returns
export type Handler = (...args: any[]) => unknown;

interface HandlerName {
  /** Folder part as written, with its slash; may be empty. */
  readonly folder: string;
  readonly module: string;
  /** Dotted path of exports. */
  readonly exportPath: string;
}

/** Loads the module that a handler string names and returns the exported function. */
export async function loadHandler(taskRoot: string, handler: string, generation: ClientGeneration): Promise<Handler> {
  const name = splitHandler(handler, generation);
  const module = await loadModule(taskRoot, name, generation);
  const found = findExport(module, name.exportPath, generation);
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`, generation);
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`, generation);
  return found as Handler;
}

function splitHandler(handler: string, generation: ClientGeneration): HandlerName {
  if (handler.includes('..')) {
    const rule = 'Use absolute paths when specifying root directories in handler names.';
    throw runtimeError('MalformedHandlerName', `'${handler}' is not a valid handler name. ${rule}`, generation);
  }
  const base = path.basename(handler);
  const [, module, exportPath] = /^([^.]*)\.(.*)$/.exec(base) ?? [];
  if (module === undefined || exportPath === undefined) {
    throw runtimeError('MalformedHandlerName', 'Bad handler', generation);
  }
  return { folder: handler.slice(0, handler.indexOf(base)), module, exportPath };
}

async function loadModule(taskRoot: string, name: HandlerName, generation: ClientGeneration): Promise<unknown> {
  const file = path.resolve(taskRoot, name.folder, name.module);
  try {
    const loaded = generation === 4 ? await importFirst(file) : await requireOrImport(file);
    if (loaded) return loaded;
    // Not beside the task root: a package name, looked up from there.
    const folder = generation === 4 ? path.join(taskRoot, name.folder) : name.folder;
    return require(require.resolve(name.module, { paths: [taskRoot, folder] }));
  } catch (error) {
    throw loadFailure(error, generation);
  }
}

/** Generation 4 imports the first file that exists, whatever its module system. */
async function importFirst(file: string): Promise<unknown> {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (fs.existsSync(file + extension)) return import(url.pathToFileURL(file + extension).href);
  }
  return undefined;
}

/** Generation 3 requires what is CommonJS by its name or its package.json, and imports the rest. */
async function requireOrImport(file: string): Promise<unknown> {
  const requireIfThere = (extension: string) =>
    fs.existsSync(file + extension) ? require(file + extension) : undefined;
  const importIfThere = (extension: string) =>
    fs.existsSync(file + extension) ? import(url.pathToFileURL(file + extension).href) : undefined;
  const isModule = fs.existsSync(`${file}.js`) && isModuleFolder(path.dirname(file));
  return (
    requireIfThere('') ||
    (isModule ? await importIfThere('.js') : requireIfThere('.js')) ||
    (await importIfThere('.mjs')) ||
    requireIfThere('.cjs')
  );
}

/** Whether the nearest package.json says `"type": "module"`; a folder named node_modules ends the search. */
function isModuleFolder(folder: string): boolean {
  if (path.basename(folder) === 'node_modules') return false;
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  const parent = path.dirname(folder);
  return parent !== folder && isModuleFolder(parent);
}

function loadFailure(error: unknown, generation: ClientGeneration): unknown {
  if (error instanceof SyntaxError) {
    const failure = runtimeError('UserCodeSyntaxError', String(error), generation);
    if (generation === 4 && error.stack !== undefined) failure.stack = error.stack;
    return failure;
  }
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') {
    return runtimeError('ImportModuleError', String(error), generation);
  }
  return error;
}

function findExport(module: unknown, exportPath: string, generation: ClientGeneration): unknown {
  const keys = exportPath.split('.');
  if (generation === 3) return keys.reduce<unknown>((value, key) => value && property(value, key), module);
  const walk = (start: unknown) =>
    keys.reduce<unknown>(
      (value, key) => (typeof value === 'object' && value ? property(value, key) : undefined),
      start,
    );
  return walk(module) || walk(property(module, 'default'));
}

function property(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[key];
}
