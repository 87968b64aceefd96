import path from 'node:path';
import { readdir, readTextIfExists } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';

/** A project tree that can be scaffolded. */
export interface Template {
  readonly name: string;
  readonly folder: string;
  readonly description: string;
  /** Runtimes that it works with; the first is the default. */
  readonly runtimes: readonly string[];
  /** Commands to run in the new folder, with placeholders. */
  readonly nextSteps: readonly string[];
}

/** The file that describes a template; not part of a scaffolded project. */
export const TEMPLATE_FILE = 'template.json';

/** The templates of the installed package, by name. */
export async function listTemplates(folder = path.join(packageRoot(), 'templates')): Promise<readonly Template[]> {
  const names = (await readdir(folder)).toSorted();
  const templates = await Promise.all(names.map((name) => readTemplate(name, path.join(folder, name))));
  return templates.filter((template) => template !== undefined);
}

async function readTemplate(name: string, folder: string): Promise<Template | undefined> {
  const text = await readTextIfExists(path.join(folder, TEMPLATE_FILE));
  return text === undefined ? undefined : { name, folder, ...JSON.parse(text) };
}
