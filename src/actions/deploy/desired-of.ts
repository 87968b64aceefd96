import path from 'node:path';
import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext, Neighbours } from '../action-context.js';
import { checkArtifact } from '../artifact-manifest.js';
import { isImage, isImageSource, isImageUri } from '../image-uri.js';
import { isPackageFile, packageOne } from '../package-functions.js';
import { strategyOf } from '../traffic/shift-options.js';
import type { DeployRequest } from './deploy-request.js';
import { desiredCompanions } from './desired-companions.js';
import type { DesiredCode, DesiredFunction, DesiredSettings } from './desired-function.js';
import { desiredRole } from './desired-role.js';
import { desiredSchedules } from './desired-schedules.js';
import { desiredSettings } from './desired-settings.js';
import { imageCode } from './image-code.js';

export interface DesiredOfOptions {
  readonly request: DeployRequest;
  readonly project: Project;
  readonly neighbours: Neighbours;
  readonly context: ActionContext;
  /** The version ARN of each layer of the project, by its key. */
  readonly layerArns: Readonly<Record<string, string>>;
}

/** Builds and packages a function, and gathers what it is to be. */
export async function desiredOf(resolved: ResolvedFunction, options: DesiredOfOptions): Promise<DesiredFunction> {
  const { request, neighbours, layerArns } = options;
  const { config, functionName } = resolved;
  const alias = request.alias ?? config.alias;
  refuseLoneProvisioned(resolved, alias);
  const code = request.scope === 'settings' ? undefined : await codeOf(resolved, options);
  const role = request.scope === 'code' ? {} : await desiredRole(resolved, neighbours);
  const strategy = strategyOf(request.shift ?? {}, config.deployment);
  // The local service runs the schedules of the project file by itself.
  const schedules = neighbours.events === undefined ? undefined : desiredSchedules(resolved);
  const settings = desiredSettings(resolved);
  const Layers = settings.Layers?.map((layer) => layerArns[layer] ?? layer);
  return {
    functionName,
    ...(code !== undefined && { code }),
    ...(request.scope !== 'code' && {
      settings: {
        ...(isImage(config.code) ? withoutPackageMembers(settings) : settings),
        ...(Layers !== undefined && !isImage(config.code) && { Layers }),
        ...withRole(role.arn),
      },
    }),
    ...(role.own !== undefined && { role: role.own }),
    ...(config.architectures !== undefined && { architectures: config.architectures }),
    ...(config.tags !== undefined && request.scope !== 'code' && { tags: config.tags }),
    companions:
      request.scope === 'code'
        ? {}
        : {
            ...desiredCompanions(config, functionName),
            ...(schedules !== undefined && { schedules }),
            prunes: request.prunes,
          },
    mergesEnvironment: request.mergesEnvironment,
    publish: request.publish,
    ...(alias !== undefined && { alias }),
    ...(strategy !== undefined && { strategy }),
    remarks: remarksOf(resolved, neighbours),
  };
}

/** Nothing that the project file says may be dropped without a word. */
function remarksOf({ config }: ResolvedFunction, { logs, signer }: Neighbours): readonly string[] {
  const { signing, code } = config;
  return [
    ...(signing !== undefined && isImage(code)
      ? ['AWS Signer signs no container images for Lambda, so the image is not signed']
      : []),
    ...(signing !== undefined && !isImage(code) && signer === undefined
      ? [`the local service runs unsigned packages, so profile ${signing.profileName} does not sign this one`]
      : []),
    ...(config.loggingConfig?.logRetentionDays !== undefined && logs === undefined
      ? ['the local service keeps no log groups, so their retention is not set']
      : []),
  ];
}

/** What `defaults` say for packages; an image has them inside (Lambda API reference, CreateFunction). */
function withoutPackageMembers({
  Runtime: _,
  Handler: __,
  Layers: ___,
  ...settings
}: DesiredSettings): DesiredSettings {
  return settings;
}

/** In place of what the project file says: a name, or `auto`. */
function withRole(arn: string | undefined): { readonly Role?: string | undefined } {
  return { Role: arn };
}

function refuseLoneProvisioned({ key, config }: ResolvedFunction, alias: string | undefined): void {
  if (config.concurrency?.provisioned === undefined || alias !== undefined) return;
  throw new LambdakitError('config-invalid', `functions.${key}.concurrency.provisioned needs an alias.`, {
    hint: 'Provisioned concurrency belongs to an alias or a version: add "alias": "live".',
  });
}

/** A package, or in a folder of packages the one that is named after the function. */
function artifactOf(artifact: string, key: string): string {
  return isPackageFile(artifact) ? artifact : path.join(artifact, `${key}.zip`);
}

const DEFAULT_PREFIX = 'lambdakit';

async function codeOf(
  resolved: ResolvedFunction,
  { request, project, neighbours, context }: DesiredOfOptions,
): Promise<DesiredCode> {
  const { code } = resolved.config;
  if (isImage(code) && request.artifact !== undefined) {
    throw new LambdakitError('usage', `--artifact is a package, and ${resolved.key} runs a container image.`, {
      hint: 'Leave --artifact out, or name another function.',
    });
  }
  if (isImageUri(code)) return { kind: 'image', imageUri: code };
  if (isImageSource(code)) return imageCode(resolved, code, { project, neighbours, context });
  const artifact = request.artifact === undefined ? undefined : artifactOf(request.artifact, resolved.key);
  const packaged = await packageOne(resolved, project, { ...context, artifact });
  if (artifact !== undefined) await checkArtifact(packaged, resolved);
  const { file, sha256, zippedBytes, needsStaging } = packaged;
  const base = { kind: 'zip', file, codeSha256: sha256, bytes: zippedBytes } as const;
  const signing = neighbours.signer === undefined ? undefined : resolved.config.signing;
  const bucket = request.s3Bucket ?? signing?.bucket;
  if (!needsStaging && bucket === undefined && signing === undefined) return base;
  const { stagingKey, signedPrefix } = await import('../../aws/s3-staging.js');
  const prefix = request.s3Prefix ?? signing?.prefix ?? DEFAULT_PREFIX;
  const staging = { bucket, key: stagingKey(prefix, sha256) };
  if (signing === undefined) return { ...base, staging };
  const { profileName, profileOwner } = signing;
  return { ...base, staging, signing: { profileName, profileOwner, prefix: signedPrefix(prefix, sha256, signing) } };
}
