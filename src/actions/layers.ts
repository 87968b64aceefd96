import path from 'node:path';
import type { LambdaCalls } from '../aws/lambda-calls.js';
import { unlessNotFound } from '../aws/not-found.js';
import { resolveLayer } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { parseLayerArn } from '../lambda/arn.js';
import { readFile } from '../system/files.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { type LayerSource, packageLayer } from './package-layer.js';

/** A version of a layer. */
export interface LayerVersionSummary {
  readonly layerName: string;
  readonly version: number;
  readonly layerVersionArn: string;
  readonly description: string;
  readonly createdDate: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures: readonly string[];
}

/** What layer versions are to be compatible with. */
interface Compatible {
  readonly runtime?: string | undefined;
  readonly architecture?: 'x86_64' | 'arm64' | undefined;
}

export interface ListLayersRequest extends Compatible {
  /** All versions of this one; without it the newest of each. */
  readonly layer?: string | undefined;
}

function compatibleWith({ runtime, architecture }: Compatible) {
  return {
    ...(runtime !== undefined && { CompatibleRuntime: runtime as 'nodejs24.x' }),
    ...(architecture !== undefined && { CompatibleArchitecture: architecture }),
  };
}

/** The newest version of each layer, or all versions of one. */
export async function listLayers(
  { layer, ...compatible }: ListLayersRequest,
  context: ActionContext,
): Promise<readonly LayerVersionSummary[]> {
  const calls = await context.lambda();
  if (layer !== undefined) return readLayerVersions(calls, await layerNameOf(layer, context), compatible);
  const layers = await allPages(
    (marker) => calls.listLayers({ ...compatibleWith(compatible), ...marker }),
    ({ Layers, NextMarker }) => ({ items: Layers, next: NextMarker }),
  );
  return layers.map(({ LayerName = '', LatestMatchingVersion = {} }) =>
    versionSummary(LayerName, LatestMatchingVersion),
  );
}

export interface PublishLayerRequest {
  /** Key of the project file, or the name of a layer whose content is given. */
  readonly layer: string;
  /** Folder, .zip file, or s3://BUCKET/KEY. Default: that of the project file. */
  readonly content?: string | undefined;
  readonly description?: string | undefined;
  /** Each of these is stronger than the project file. */
  readonly licenseInfo?: string | undefined;
  readonly compatibleRuntimes?: readonly string[] | undefined;
  readonly compatibleArchitectures?: readonly ('x86_64' | 'arm64')[] | undefined;
  /** Publishes also what is there already. */
  readonly isForced: boolean;
  /** Says what would be published, and publishes nothing. */
  readonly isDryRun?: boolean;
}

export interface PublishLayerResult extends LayerVersionSummary {
  readonly outcome: 'published' | 'unchanged' | 'planned';
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** Publishes a version of a layer, unless its newest version has the same content. */
export async function publishLayer(request: PublishLayerRequest, context: ActionContext): Promise<PublishLayerResult> {
  const address = S3_ADDRESS.exec(request.content ?? '');
  if (address !== null) return publishFromS3(request, address, context);
  const source = await layerSource(request, context);
  const packaged = await packageLayer(source, context);
  const calls = await context.lambda();
  const [newest] = await readLayerVersions(calls, source.layerName);
  const deployed =
    newest === undefined
      ? undefined
      : await calls.getLayerVersion({ LayerName: source.layerName, VersionNumber: newest.version });
  const figures = { codeSha256: packaged.sha256, codeSize: packaged.zippedBytes };
  if (newest !== undefined && !request.isForced && deployed?.Content?.CodeSha256 === packaged.sha256) {
    context.progress({
      kind: 'skipped',
      subject: source.layerName,
      text: `version ${newest.version} has the same content`,
    });
    return { ...newest, ...figures, outcome: 'unchanged' };
  }
  if (request.isDryRun === true) return { ...versionSummary(source.layerName, {}), ...figures, outcome: 'planned' };
  context.progress({ kind: 'started', subject: source.layerName, text: 'publishing' });
  const published = await calls.publishLayerVersion({
    LayerName: source.layerName,
    Content: { ZipFile: await readFile(packaged.file) },
    ...describedAs(request, source.config),
  });
  context.progress({ kind: 'done', subject: source.layerName, text: `version ${published.Version ?? '?'} published` });
  return { ...versionSummary(source.layerName, published), ...figures, outcome: 'published' };
}

function describedAs(request: PublishLayerRequest, config: LayerSource['config']) {
  const { description = config?.description, licenseInfo = config?.licenseInfo } = request;
  const { compatibleRuntimes = config?.compatibleRuntimes } = request;
  const { compatibleArchitectures = config?.compatibleArchitectures } = request;
  return {
    ...(description !== undefined && { Description: description }),
    ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
    ...(compatibleRuntimes !== undefined && { CompatibleRuntimes: [...compatibleRuntimes] as 'nodejs24.x'[] }),
    ...(compatibleArchitectures !== undefined && { CompatibleArchitectures: [...compatibleArchitectures] }),
  };
}

const S3_ADDRESS = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/;

/** Publishes a package that lies in S3. What is in it is not known here, so that each call makes a version. */
async function publishFromS3(
  request: PublishLayerRequest,
  [, bucket = '', key = '', objectVersion]: RegExpExecArray,
  context: ActionContext,
): Promise<PublishLayerResult> {
  const layerName = await layerNameOf(request.layer, context);
  const project = await context.project();
  const config = project.layerKeys.includes(request.layer)
    ? (await resolveLayer(project, request.layer)).config
    : undefined;
  const calls = await context.lambda();
  const published = await calls.publishLayerVersion({
    LayerName: layerName,
    Content: { S3Bucket: bucket, S3Key: key, ...(objectVersion !== undefined && { S3ObjectVersion: objectVersion }) },
    ...describedAs(request, config),
  });
  context.progress({ kind: 'done', subject: layerName, text: `version ${published.Version ?? '?'} published` });
  const { CodeSha256 = '', CodeSize = 0 } = published.Content ?? {};
  return {
    ...versionSummary(layerName, published),
    codeSha256: CodeSha256,
    codeSize: CodeSize,
    outcome: 'published',
  };
}

export interface ShowLayerRequest {
  readonly layer: string;
  /** Default: the newest. */
  readonly version?: number | undefined;
  /** Asks who may use it, too. */
  readonly withPolicy: boolean;
}

/** One version of a layer. */
export async function showLayer(
  { layer, version, withPolicy }: ShowLayerRequest,
  context: ActionContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { recordOf } = await import('./api-record.js');
  const { calls, name, chosen } = await chooseVersion(layer, version, context);
  const { Content, ...rest } = await calls.getLayerVersion({ LayerName: name, VersionNumber: chosen });
  // The address in the content is signed: whoever reads it in a log may download the layer.
  const shown = recordOf({ ...rest, CodeSha256: Content?.CodeSha256, CodeSize: Content?.CodeSize });
  return withPolicy ? { ...shown, ...(await readLayerPolicy(calls, name, chosen)) } : shown;
}

async function readLayerPolicy(
  calls: Pick<LambdaCalls, 'getLayerVersionPolicy'>,
  name: string,
  version: number,
): Promise<{ readonly statements: readonly unknown[]; readonly revisionId?: string | undefined }> {
  const found = await unlessNotFound(calls.getLayerVersionPolicy({ LayerName: name, VersionNumber: version }));
  if (found === undefined) return { statements: [] };
  const { Policy = '{}', RevisionId } = found;
  const { Statement = [] } = JSON.parse(Policy) as { readonly Statement?: readonly unknown[] };
  return { statements: Statement, revisionId: RevisionId };
}

/** Deletes a version; functions that use it keep it. */
export async function deleteLayer(
  layer: string,
  version: number | undefined,
  context: ActionContext,
): Promise<{ readonly layerName: string; readonly version: number }> {
  const { calls, name, chosen } = await chooseVersion(layer, version, context);
  await calls.deleteLayerVersion({ LayerName: name, VersionNumber: chosen });
  return { layerName: name, version: chosen };
}

/** The newest version of a layer of the project or the account. @throws LambdakitError `not-found` */
export async function newestLayerVersion(layer: string, context: ActionContext): Promise<LayerVersionSummary> {
  const name = await layerNameOf(layer, context);
  const [newest] = await readLayerVersions(await context.lambda(), name);
  if (newest !== undefined) return newest;
  throw new LambdakitError('not-found', `The layer ${name} has no version.`, {
    hint: `Publish one with \`lambdakit layer publish ${layer}\`.`,
  });
}

/** A version of a layer that is named by key, name or ARN; the newest when none is said. @throws LambdakitError `not-found` */
export async function chooseVersion(layer: string, version: number | undefined, context: ActionContext) {
  const reference = parseLayerArn(layer);
  const calls = await context.lambda();
  const name = reference === undefined ? await layerNameOf(layer, context) : layer.replace(/:\d+$/, '');
  const chosen = version ?? reference?.version ?? (await newestLayerVersion(layer, context)).version;
  return { calls, name, chosen };
}

async function layerNameOf(layer: string, context: Pick<ActionContext, 'project'>): Promise<string> {
  const project = await context.project();
  return project.layerKeys.includes(layer) ? (await resolveLayer(project, layer)).layerName : layer;
}

async function layerSource({ layer, content }: PublishLayerRequest, context: ActionContext): Promise<LayerSource> {
  const project = await context.project();
  const outputFile = path.join(project.folder, '.lambdakit', 'packages', 'layers', `${layer}.zip`);
  if (!project.layerKeys.includes(layer) && content !== undefined)
    return { layerName: layer, content, config: undefined, outputFile };
  if (project.layerKeys.length === 0) {
    throw new LambdakitError('usage', `The content of the layer ${layer} is not said.`, {
      hint: 'Name its folder or .zip file with --content, or write it below "layers" into lambdakit.json.',
    });
  }
  const { layerName, config } = await resolveLayer(project, layer);
  return { layerName, content: content ?? path.resolve(project.folder, config.content), config, outputFile };
}

/** All versions, newest first; empty for a layer that there is not. */
async function readLayerVersions(
  calls: Pick<LambdaCalls, 'listLayerVersions'>,
  layerName: string,
  compatible: Compatible = {},
): Promise<readonly LayerVersionSummary[]> {
  const versions = await unlessNotFound(
    allPages(
      (marker) => calls.listLayerVersions({ LayerName: layerName, ...compatibleWith(compatible), ...marker }),
      ({ LayerVersions, NextMarker }) => ({ items: LayerVersions, next: NextMarker }),
    ),
  );
  return (versions ?? []).map((version) => versionSummary(layerName, version)).sort((a, b) => b.version - a.version);
}

interface RawLayerVersion {
  readonly Version?: number | undefined;
  readonly LayerVersionArn?: string | undefined;
  readonly Description?: string | undefined;
  readonly CreatedDate?: string | undefined;
  readonly CompatibleRuntimes?: readonly string[] | undefined;
  readonly CompatibleArchitectures?: readonly string[] | undefined;
}

function versionSummary(layerName: string, raw: RawLayerVersion): LayerVersionSummary {
  return {
    layerName,
    version: raw.Version ?? 0,
    layerVersionArn: raw.LayerVersionArn ?? '',
    description: raw.Description ?? '',
    createdDate: raw.CreatedDate ?? '',
    compatibleRuntimes: raw.CompatibleRuntimes ?? [],
    compatibleArchitectures: raw.CompatibleArchitectures ?? [],
  };
}
