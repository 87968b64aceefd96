import { registryHost } from '../../aws/container-registry.js';
import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext, Neighbours } from '../action-context.js';
import type { ImageSource } from '../image-uri.js';
import type { DesiredCode } from './desired-function.js';

export interface ImageCodeOptions {
  readonly project: Project;
  readonly neighbours: Neighbours;
  readonly context: ActionContext;
}

const TAG_DIGITS = 16;

/**
 * Builds the image of a function. Its tag is made of its content, so that an image which is deployed already is
 * known by its address and nothing is pushed.
 * @throws LambdakitError `toolchain-missing`, `build-failed`, `invalid-input` for the local service
 */
export async function imageCode(
  { key, functionName, config }: ResolvedFunction,
  source: ImageSource,
  { project, neighbours, context }: ImageCodeOptions,
): Promise<DesiredCode> {
  const { signal, progress } = context;
  if (neighbours.ecr === undefined) {
    throw new LambdakitError('invalid-input', `${key} runs a container image, and the local service runs none.`, {
      hint: 'Deploy it to AWS, or give the function a folder as "code" for local work.',
    });
  }
  const { buildContainerImage } = await import('../../build/container-image.js');
  const { repository = `lambdakit/${functionName.toLowerCase()}`, ...request } = source;
  const startedAt = performance.now();
  progress({ kind: 'started', subject: key, text: 'building its image' });
  const image = await buildContainerImage({
    ...request,
    key,
    projectFolder: project.folder,
    architecture: config.architectures?.[0] ?? 'x86_64',
    name: `lambdakit/${functionName.toLowerCase()}:latest`,
    signal,
    onLine: (line) => progress({ kind: 'detail', subject: key, text: line }),
  });
  progress({
    kind: 'done',
    subject: key,
    text: `built its image with ${image.program}`,
    durationMs: performance.now() - startedAt,
  });
  const host = registryHost(await accountOf(config.role, neighbours), regionOf(neighbours));
  const tag = `lambdakit-${image.id.slice(0, TAG_DIGITS)}`;
  return { kind: 'image', imageUri: `${host}/${repository}:${tag}`, push: { image, repository, tag } };
}

function regionOf({ region }: Neighbours): string {
  if (region !== undefined) return region;
  throw new LambdakitError('region-missing', 'No AWS region is set, and the registry of images is in one.', {
    hint: 'Give --region, set AWS_REGION, or write "region" into lambdakit.json.',
  });
}

async function accountOf(role: string | undefined, { sts }: Neighbours): Promise<string> {
  const known = /^arn:[^:]+:iam::(\d{12}):/.exec(role ?? '')?.[1];
  return known ?? (await sts?.getCallerIdentity({}))?.Account ?? '';
}
