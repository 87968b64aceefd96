import path from 'node:path';
import type { Project } from '../../config/load-project.js';
import { type ResolvedLayer, resolveLayer } from '../../config/resolve-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { existsSync, writeFile } from '../../system/files.js';
import type { ActionContext } from '../action-context.js';
import { chooseFunctions } from '../choose-functions.js';
import { templateOf, type Unexported } from './template-of.js';

export interface ExportRequest {
  readonly names: readonly string[];
  /** The file to write; undefined: the template is only answered. */
  readonly out: string | undefined;
  readonly format: 'yaml' | 'json' | undefined;
  readonly workingFolder: string;
  readonly isForced: boolean;
}

export interface ExportResult {
  readonly template: object;
  /** The same as text. */
  readonly text: string;
  readonly file: string | undefined;
  /** What the project says and a template does not. */
  readonly unmapped: readonly Unexported[];
}

/**
 * The functions of a project as a SAM template, all values settled.
 * @throws LambdakitError `folder-not-empty` when the file is there already
 */
export async function exportTemplate(request: ExportRequest, context: ActionContext): Promise<ExportResult> {
  const project = await context.project();
  const functions = await chooseFunctions(project, { names: request.names, takesAll: true });
  const used = new Set(functions.flatMap(({ config }) => config.layers ?? []));
  const layers = await layersOf(project, used);
  const file = request.out === undefined ? undefined : path.resolve(request.workingFolder, request.out);
  const folder = file === undefined ? project.folder : path.dirname(file);
  const { template, unmapped } = templateOf(functions, layers, {
    region: project.region,
    description: project.service,
    // Paths of a template are relative to it.
    pathOf: (place) => path.relative(folder, path.resolve(project.folder, place)).split(path.sep).join('/') || '.',
  });
  const isJson = request.format === 'json' || (request.format === undefined && file?.endsWith('.json') === true);
  // Loaded only now: JSON needs no library.
  const text = isJson
    ? `${JSON.stringify(template, undefined, 2)}\n`
    : (await import('./yaml-text.js')).yamlText(template);
  if (file !== undefined) {
    if (existsSync(file) && !request.isForced) {
      throw new LambdakitError('folder-not-empty', `${file} is there already.`, {
        hint: 'Name another file with --out, or add --force to write over it.',
      });
    }
    await writeFile(file, text);
  }
  return { template, text, file, unmapped };
}

async function layersOf(project: Project, used: ReadonlySet<string>): Promise<readonly ResolvedLayer[]> {
  return Promise.all(project.layerKeys.filter((key) => used.has(key)).map((key) => resolveLayer(project, key)));
}
