import type { FunctionConfig } from '../config/function-schema.js';
import { LambdakitError } from '../errors/lambdakit-error.js';

type Code = FunctionConfig['code'];
/** An image that is built here. */
export type ImageSource = Exclude<Code, string | undefined>;

/** True for the address of a container image in ECR, the only registry that Lambda takes (Lambda API reference, FunctionCode). */
export function isImageUri(code: Code): code is string {
  return (
    typeof code === 'string' && /^\d{12}\.dkr[.-]ecr\.[a-z0-9-]+\.|^[^\s/]+\/[^\s]+@sha256:[0-9a-f]{64}$/.test(code)
  );
}

/** True for a Dockerfile, of which an image is built. */
export function isImageSource(code: Code): code is ImageSource {
  return typeof code === 'object';
}

/** True for a function that runs a container image, wherever it comes from. */
export function isImage(code: Code): boolean {
  return isImageUri(code) || isImageSource(code);
}

/** The folder or archive of a function. @throws LambdakitError `invalid-input` for one that runs an image */
export function codePlace(key: string, code: Code): string {
  if (!isImageSource(code)) return code ?? '.';
  throw new LambdakitError('invalid-input', `${key} runs a container image, so it has no package.`, {
    hint: 'Its image is built and pushed by `lambdakit deploy`.',
  });
}
