import type { RegistryCalls } from '../../aws/container-registry.js';
import type { ActionContext } from '../action-context.js';
import type { DesiredFunction } from './desired-function.js';

/** Puts the image of a function where Lambda can fetch it, unless it is there. */
export async function pushImage(
  { functionName, code }: DesiredFunction,
  { ecr, signal, progress }: Pick<ActionContext, 'signal' | 'progress'> & { readonly ecr: RegistryCalls | undefined },
): Promise<void> {
  if (code?.kind !== 'image' || code.push === undefined || ecr === undefined) return;
  const { image, repository, tag } = code.push;
  const [{ ensureRepository, hasImage, registryLogin }, { pushContainerImage }] = await Promise.all([
    import('../../aws/container-registry.js'),
    import('../../build/container-image.js'),
  ]);
  if ((await ensureRepository(ecr, repository)) === 'made') {
    progress({ kind: 'done', subject: functionName, text: `made the repository ${repository}` });
  } else if (await hasImage(ecr, repository, tag)) {
    progress({ kind: 'detail', subject: functionName, text: `${code.imageUri}: there already` });
    return;
  }
  await pushContainerImage({
    key: functionName,
    image,
    imageUri: code.imageUri,
    login: await registryLogin(ecr),
    signal,
    onLine: (line) => progress({ kind: 'detail', subject: functionName, text: line }),
  });
}
