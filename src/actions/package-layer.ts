import path from 'node:path';
import type { Project } from '../config/load-project.js';
import type { ResolvedLayer } from '../config/resolve-function.js';
import { unpackZip } from '../local/index.js';
import type { PackageResult } from '../packaging/package-function.js';
import { existsSync } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { localStateFolder } from './local-service.js';

export interface LayerSource {
  readonly layerName: string;
  /** Folder or .zip file. */
  readonly content: string;
  readonly config: ResolvedLayer['config'] | undefined;
  readonly outputFile: string;
}

/** Makes the archive of a layer, its content below the folder of /opt where the runtime looks. */
export async function packageLayer(
  { layerName, content, config, outputFile }: LayerSource,
  { signal, progress }: Pick<ActionContext, 'signal' | 'progress'>,
): Promise<PackageResult> {
  const { packageFunction } = await import('../packaging/package-function.js');
  const source = await builtContent({ layerName, content, config, outputFile }, { signal, progress });
  const prefix = await prefixOf(source, config);
  return packageFunction({
    key: layerName,
    source,
    outputFile,
    ...(prefix !== '' && { prefix }),
    // What a build has made is selected already.
    ...(source === content && config?.include !== undefined && { include: config.include }),
    ...(config?.exclude !== undefined && { exclude: config.exclude }),
    ...(config?.follow !== undefined && { follow: config.follow }),
    signal,
    onProgress: progress,
  });
}

/**
 * A folder that shows a layer of the project as /opt will: its own folder where that is laid out so, else
 * its archive, unpacked once for each content.
 */
export async function layerFolder(
  { key, layerName, config }: ResolvedLayer,
  project: Project,
  context: Pick<ActionContext, 'signal' | 'progress'>,
): Promise<string> {
  const content = path.resolve(project.folder, config.content);
  const isArchive = path.extname(content) === '.zip';
  const isWhole = config.include === undefined && config.exclude === undefined && config.build === undefined;
  if (!isArchive && isWhole && (await prefixOf(content, config)) === '') return content;
  const outputFile = path.join(project.folder, '.lambdakit', 'packages', 'layers', `${key}.zip`);
  const { file, sha256 } = await packageLayer({ layerName, content, config, outputFile }, context);
  const folder = path.join(localStateFolder(project.folder), 'layers', Buffer.from(sha256, 'base64').toString('hex'));
  if (!existsSync(folder)) await unpackZip(file, folder);
  return folder;
}

/** The content as it is, or what its `build` leaves in a folder beside those of the functions. */
async function builtContent(
  { layerName, content, config, outputFile }: LayerSource,
  { signal, progress }: Pick<ActionContext, 'signal' | 'progress'>,
): Promise<string> {
  if (config?.build === undefined || path.extname(content) === '.zip') return content;
  const { buildFunction } = await import('../build/build-function.js');
  const built = await buildFunction({
    key: layerName,
    projectFolder: path.dirname(path.resolve(content)),
    code: path.resolve(content),
    runtime: config.compatibleRuntimes?.[0],
    architecture: config.compatibleArchitectures?.[0],
    build: config.build,
    include: config.include,
    outputRoot: path.resolve(path.dirname(outputFile), '..', '..', 'build', 'layers'),
    signal,
    onProgress: progress,
  });
  return built.output;
}

/** What the project file says, else the folder that the runtimes of the layer look into. */
async function prefixOf(content: string, config: LayerSource['config']): Promise<string> {
  if (config?.prefix !== undefined) return config.prefix.replace(/^\/+|\/+$/g, '');
  if (config === undefined || path.extname(content) === '.zip') return '';
  const { layerPrefix } = await import('../packaging/layer-prefix.js');
  return layerPrefix(content, config.compatibleRuntimes);
}
