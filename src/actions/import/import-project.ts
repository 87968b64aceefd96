import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { existsSync, mkdir, readFile, writeFile } from '../../system/files.js';
import type { ActionContext } from '../action-context.js';
import type { ImportedProject, Unmapped } from './imported-project.js';

export interface ImportRequest {
  /** A function name or ARN, or the file of another tool. */
  readonly source: string;
  /** Default: for a function a folder of its name, for a file the folder of the file. */
  readonly folder?: string | undefined;
  readonly workingFolder: string;
  readonly alias?: string | undefined;
  /** Writes over files of the same name. */
  readonly isForced: boolean;
}

export interface ImportResult {
  readonly folder: string;
  /** What was written, relative to the folder. */
  readonly files: readonly string[];
  readonly functions: readonly string[];
  /** What the source says and the project does not. */
  readonly unmapped: readonly Unmapped[];
}

const PROJECT_FILE = 'lambdakit.json';

/**
 * Makes a project of a deployed function or of the file of another tool. Nothing is written over without `isForced`.
 * @throws LambdakitError `folder-not-empty`, `invalid-input`, `not-found`
 */
export async function importProject(request: ImportRequest, context: ActionContext): Promise<ImportResult> {
  const file = path.resolve(request.workingFolder, request.source);
  return /\.(json|jsonc|ya?ml|template)$/.test(request.source) || existsSync(file)
    ? importFile(file, request)
    : importDeployed(request, context);
}

async function importDeployed(request: ImportRequest, context: ActionContext): Promise<ImportResult> {
  const { importFunction, SOURCE_FOLDER } = await import('./import-function.js');
  const imported = await importFunction({ target: request.source, alias: request.alias }, context);
  try {
    const folder = path.resolve(request.workingFolder, request.folder ?? imported.functionName);
    refuseOverwriting(folder, [PROJECT_FILE, SOURCE_FOLDER, `${imported.functionName}.zip`], request.isForced);
    await mkdir(folder, { recursive: true });
    const code = await imported.writeCode(folder);
    return await writeProject(folder, imported, code);
  } finally {
    await imported.dispose();
  }
}

async function importFile(file: string, request: ImportRequest): Promise<ImportResult> {
  const folder =
    request.folder === undefined ? path.dirname(file) : path.resolve(request.workingFolder, request.folder);
  if (!existsSync(file)) {
    throw new LambdakitError('file-not-found', `There is no file ${request.source}.`, {
      hint: 'Name a template.yaml, serverless.yml or aws-lambda-tools-defaults.json, or a deployed function.',
    });
  }
  const imported = await readForeign(file, await readFile(file, 'utf8'), path.relative(folder, path.dirname(file)));
  refuseOverwriting(folder, [PROJECT_FILE], request.isForced);
  await mkdir(folder, { recursive: true });
  return writeProject(folder, imported, []);
}

/** Reads the file by what it is, not by its name alone. */
async function readForeign(file: string, text: string, codeRoot: string): Promise<ImportedProject> {
  const name = path.basename(file);
  if (name.endsWith('.json') && /"function-(handler|runtime|name|memory-size|timeout|role)"/.test(text)) {
    const { fromDotnetDefaults } = await import('./from-dotnet-defaults.js');
    return fromDotnetDefaults(text, { file: name, codeRoot, folderName: path.basename(path.dirname(file)) });
  }
  const { readTaggedYaml } = await import('./tagged-yaml.js');
  const document = readTaggedYaml(name, text);
  if (typeof document.Resources === 'object') {
    const { fromTemplate } = await import('./from-template.js');
    return fromTemplate(document, codeRoot);
  }
  if (document.provider !== undefined && document.functions !== undefined) {
    const { fromServerless } = await import('./from-serverless.js');
    return fromServerless(document, codeRoot);
  }
  throw new LambdakitError('invalid-input', `${name} is none of the files that can be imported.`, {
    hint: 'Those are a SAM or CloudFormation template (Resources), serverless.yml (provider, functions), and aws-lambda-tools-defaults.json.',
  });
}

function refuseOverwriting(folder: string, names: readonly string[], isForced: boolean): void {
  const there = names.filter((name) => existsSync(path.join(folder, name)));
  if (there.length === 0 || isForced) return;
  throw new LambdakitError('folder-not-empty', `${folder} has ${there.join(' and ')} already.`, {
    hint: 'Name another folder, or add --force to write over files of the same name.',
  });
}

async function writeProject(
  folder: string,
  { project, unmapped }: ImportedProject,
  code: readonly string[],
): Promise<ImportResult> {
  const schema = { $schema: './node_modules/lambdakit/schema/lambdakit.schema.json' };
  const content = JSON.stringify({ ...schema, ...project }, undefined, 2);
  await writeFile(path.join(folder, PROJECT_FILE), `${content}\n`);
  const { functions = {} } = project as { readonly functions?: object };
  return { folder, files: [PROJECT_FILE, ...code], functions: Object.keys(functions), unmapped };
}
