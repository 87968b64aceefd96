import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { chmod, mkdir, readdir, readFile, stat, systemErrorCode, writeFile } from '../system/files.js';
import { listTemplates, TEMPLATE_FILE, type Template } from './list-templates.js';

export interface ScaffoldOptions {
  /** The folder to fill; made when it is missing. Absolute. */
  readonly folder: string;
  /** Default: the first template that has the runtime, or nodejs-typescript. */
  readonly template?: string | undefined;
  /** Default: that of the template. */
  readonly runtime?: string | undefined;
  /** Name of service and function. Default: the name of the folder. */
  readonly name?: string | undefined;
  /** Writes into a folder that has files already, over those of the same name. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Folder of the templates. Default: those of the installed package. */
  readonly templatesFolder?: string | undefined;
}

export interface ScaffoldResult {
  readonly folder: string;
  readonly template: string;
  readonly runtime: string;
  readonly name: string;
  /** Paths of the written files, relative to the folder. */
  readonly files: readonly string[];
  /** Commands to run next. */
  readonly nextSteps: readonly string[];
}

const DEFAULT_TEMPLATE = 'nodejs-typescript';
/** Names that npm would not publish, and what they become. */
const RENAMED: Readonly<Record<string, string>> = { _gitignore: '.gitignore', _npmrc: '.npmrc' };
/** What may stand in a folder that still counts as empty. */
const HARMLESS = new Set(['.git', '.DS_Store']);

/**
 * Writes the files of a template into a folder, with name and runtime filled in.
 * @throws LambdakitError `template-not-found`, `folder-not-empty`, `invalid-input` (name or runtime).
 */
export async function scaffoldProject(options: ScaffoldOptions): Promise<ScaffoldResult> {
  const template = chooseTemplate(await listTemplates(options.templatesFolder), options);
  const runtime = chooseRuntime(template, options.runtime);
  const name = checkName(options.name ?? path.basename(options.folder));
  if (options.force !== true) await refuseOccupied(options.folder);
  const values = { name, runtime, packageName: name.toLowerCase() };
  const files: string[] = [];
  for (const file of await listFiles(template.folder)) {
    options.signal?.throwIfAborted();
    const target = file
      .split('/')
      .map((part) => RENAMED[part] ?? part)
      .join('/');
    await renderFile(path.join(template.folder, file), path.join(options.folder, target), values);
    files.push(target);
  }
  const nextSteps = template.nextSteps.map((step) => fillIn(step, values));
  return { folder: options.folder, template: template.name, runtime, name, files: files.toSorted(), nextSteps };
}

function chooseTemplate(templates: readonly Template[], { template, runtime }: ScaffoldOptions): Template {
  const wanted = template ?? (runtime === undefined ? DEFAULT_TEMPLATE : undefined);
  const found = templates.find(({ name, runtimes }) =>
    wanted === undefined ? runtimes.includes(runtime ?? '') : name === wanted,
  );
  if (found !== undefined) return found;
  const what = wanted === undefined ? `no template has the runtime "${runtime}"` : `there is no template "${wanted}"`;
  throw new LambdakitError('template-not-found', what, {
    hint: `There are ${templates.map(({ name }) => name).join(', ')}.`,
    details: { templates: templates.map(({ name }) => name) },
  });
}

function chooseRuntime(template: Template, runtime: string | undefined): string {
  const [first] = template.runtimes;
  if (runtime === undefined && first !== undefined) return first;
  if (runtime !== undefined && template.runtimes.includes(runtime)) return runtime;
  throw new LambdakitError('invalid-input', `the template ${template.name} does not have the runtime "${runtime}"`, {
    hint: `It has ${template.runtimes.join(', ')}.`,
  });
}

/** Function names of Lambda: 1 to 64 letters, digits, hyphens and underscores (API reference, CreateFunction). */
function checkName(name: string): string {
  if (/^[a-zA-Z0-9-_]{1,64}$/.test(name)) return name;
  const offer = name
    .replace(/[^a-zA-Z0-9-_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  throw new LambdakitError('invalid-input', `"${name}" cannot be the name of a function`, {
    hint: `Use letters, digits, - and _, at most 64${offer === '' ? '' : `; for example --name ${offer}`}.`,
  });
}

async function refuseOccupied(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    if (systemErrorCode(error) !== 'ENOTDIR') throw error;
    throw new LambdakitError('folder-not-empty', `${folder} is a file`, { hint: 'Name another folder.', cause: error });
  });
  const found = names.filter((name) => !HARMLESS.has(name));
  if (found.length === 0) return;
  const shown = found.slice(0, 3).join(', ') + (found.length > 3 ? ` and ${found.length - 3} more` : '');
  throw new LambdakitError('folder-not-empty', `${folder} is not empty: it has ${shown}`, {
    hint: 'Name another folder, or add --force to write over files of the same name.',
  });
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => name !== TEMPLATE_FILE);
}

async function renderFile(from: string, to: string, values: Readonly<Record<string, string>>): Promise<void> {
  const content = await readFile(from);
  await mkdir(path.dirname(to), { recursive: true });
  // A NUL byte means that it is not text.
  await writeFile(to, content.includes(0) ? content : fillIn(content.toString('utf8'), values));
  await chmod(to, (await stat(from)).mode & 0o111 ? 0o755 : 0o644);
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}
