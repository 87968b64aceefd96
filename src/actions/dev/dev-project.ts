import path from 'node:path';
import { fileReferences } from '../../config/file-references.js';
import type { Project } from '../../config/load-project.js';
import { resolveLayer } from '../../config/resolve-function.js';
import { realpath } from '../../system/files.js';
import type { FileChange } from '../../system/watch-files.js';
import type { ActionContext } from '../action-context.js';
import { chooseFunctions } from '../choose-functions.js';
import { isImage } from '../image-uri.js';
import { type DevFunction, openDevFunction } from './dev-function.js';
import { ignoresPath, isBelow, isHandMadeModules } from './watched-places.js';

/** The project as it was read last, with the functions that are worked on. */
export interface DevProject {
  readonly project: Project;
  readonly functions: readonly DevFunction[];
  /** What is to be watched, outside inputs of builds left out. */
  readonly paths: readonly string[];
  /** True for a path that is not watched. */
  ignores(file: string): boolean;
  /** True for a file that says what functions are to be: the project has to be read again. */
  isSetting(change: FileChange): boolean;
  dispose(): Promise<void>;
}

/** Resolves the chosen functions, or all. @throws LambdakitError `config-invalid`, `config-not-found` */
export async function openDevProject(
  names: readonly string[],
  project: Project,
  context: ActionContext,
): Promise<DevProject> {
  const chosen = await chooseFunctions(project, { names, takesAll: true });
  for (const { key } of chosen.filter(({ config }) => isImage(config.code))) {
    context.progress({ kind: 'warning', subject: key, text: 'a container image is not watched' });
  }
  const watched = chosen.filter(({ config }) => !isImage(config.code));
  const functions = await Promise.all(watched.map((resolved) => openDevFunction(resolved, project, context)));
  const layers = new Set(watched.flatMap(({ config }) => config.layers ?? []));
  const layerFolders = await Promise.all(
    project.layerKeys
      .filter((key) => layers.has(key))
      .map(async (key) => realOf(project, (await resolveLayer(project, key)).config.content)),
  );
  const envFiles = watched.flatMap(({ config }) => config.envFile ?? []);
  const settingFiles = await Promise.all(
    [...(project.file === undefined ? [] : [project.file]), ...envFiles, ...fileReferences(project)].map((file) =>
      realOf(project, file),
    ),
  );
  const paths = [...new Set([...settingFiles, ...layerFolders, ...functions.map(({ codeFolder }) => codeFolder)])];
  const isOfLayer = (file: string): boolean => layerFolders.some((folder) => isBelow(folder, file));
  return {
    project,
    functions,
    paths,
    ignores: (file) => ignoresPath(file) && !paths.includes(file) && !(isOfLayer(file) && isHandMadeModules(file)),
    isSetting: ({ file }) => settingFiles.includes(file) || isOfLayer(file),
    dispose: async () => {
      await Promise.all(functions.map((one) => one.dispose()));
    },
  };
}

/** Watchers and builders speak of true paths. */
async function realOf({ folder }: Project, file: string): Promise<string> {
  const absolute = path.resolve(folder, file);
  return realpath(absolute).catch(() => absolute);
}
