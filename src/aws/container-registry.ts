import { isLambdakitError } from '../errors/lambdakit-error.js';
import type { EcrCalls } from './neighbour-calls.js';
import { unlessNotFound } from './not-found.js';

export type RegistryCalls = Pick<
  EcrCalls,
  'describeRepositories' | 'createRepository' | 'describeImages' | 'getAuthorizationToken'
>;

/** The registry of an account in a region. */
export function registryHost(accountId: string, region: string): string {
  return `${accountId}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Makes a repository, whose images are scanned when they are pushed, unless it is there. */
export async function ensureRepository(calls: RegistryCalls, repositoryName: string): Promise<'made' | 'present'> {
  const found = await unlessNotFound(calls.describeRepositories({ repositoryNames: [repositoryName] }));
  if (found !== undefined) return 'present';
  try {
    await calls.createRepository({ repositoryName, imageScanningConfiguration: { scanOnPush: true } });
    return 'made';
  } catch (error) {
    // Another deployment was quicker.
    if (!isLambdakitError(error) || error.details?.awsCode !== 'RepositoryAlreadyExistsException') throw error;
    return 'present';
  }
}

/** True when the repository has an image of this tag. */
export async function hasImage(calls: RegistryCalls, repositoryName: string, imageTag: string): Promise<boolean> {
  const found = await unlessNotFound(calls.describeImages({ repositoryName, imageIds: [{ imageTag }] }));
  return (found?.imageDetails ?? []).length > 0;
}

/** Name and password for the registry, good for twelve hours (ECR API reference, GetAuthorizationToken). */
export async function registryLogin(
  calls: RegistryCalls,
): Promise<{ readonly username: string; readonly password: string }> {
  const { authorizationData } = await calls.getAuthorizationToken({});
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
  const at = token.indexOf(':');
  return { username: token.slice(0, at), password: token.slice(at + 1) };
}
