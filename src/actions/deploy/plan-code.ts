import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import type { CurrentFunction } from './current-function.js';
import type { DeployStep } from './deploy-step.js';
import type { DesiredCode, DesiredFunction } from './desired-function.js';
import { rememberedIdentity, signedIdentity } from './remembered-signature.js';

/** Puts the code where the function can take it from, and has it signed. */
export function stagingSteps({ code }: DesiredFunction): readonly DeployStep[] {
  if (code?.kind === 'image' && code.push !== undefined) {
    return [{ step: 'push-image', imageUri: code.imageUri, changes: [] }];
  }
  if (code?.kind !== 'zip' || code.staging === undefined) return [];
  const { bucket, key } = code.staging;
  const changes = [{ setting: key, from: undefined, to: `${code.bytes} bytes` }];
  return [{ step: 'stage-package', bucket, key, changes }, ...signingSteps(code)];
}

function signingSteps({ signing, codeSha256 }: Extract<DesiredCode, { kind: 'zip' }>): readonly DeployStep[] {
  if (signing === undefined) return [];
  const { profileName, prefix } = signing;
  return [{ step: 'sign-package', profileName, changes: [{ setting: prefix, from: undefined, to: codeSha256 }] }];
}

/** Notes on the function which signed code it has. */
export function signatureSteps({ code }: DesiredFunction): readonly DeployStep[] {
  return isSigned(code) ? [{ step: 'remember-signature', changes: [] }] : [];
}

export function isSigned(code: DesiredCode | undefined): boolean {
  return code?.kind === 'zip' && code.signing !== undefined;
}

/** Changes the code of a function where it is another one than wanted. */
export function codeSteps(
  { code, architectures }: DesiredFunction,
  { configuration = {}, imageUris = [], tags }: CurrentFunction,
): readonly DeployStep[] {
  if (code === undefined) return [];
  const { from, to, setting } = codeIdentities(code, { configuration, imageUris, tags });
  const before = configuration.Architectures?.[0] ?? 'x86_64';
  const isOtherArchitecture = architectures !== undefined && architectures[0] !== before;
  const changes = [
    ...(from === to ? [] : [{ setting, from, to }]),
    ...(isOtherArchitecture ? [{ setting: 'Architectures', from: [before], to: architectures }] : []),
  ];
  return changes.length === 0 ? [] : [{ step: 'update-code', changes }];
}

interface DeployedCode extends Pick<CurrentFunction, 'tags'> {
  readonly configuration: FunctionConfiguration;
  readonly imageUris: readonly string[];
}

/** What tells the code that is deployed from the one that is wanted. */
function codeIdentities(
  code: DesiredCode,
  { configuration, imageUris, tags }: DeployedCode,
): { readonly setting: string; readonly from: string | undefined; readonly to: string } {
  if (code.kind === 'image') return { setting: 'ImageUri', from: deployedImage(code, imageUris), to: code.imageUri };
  if (code.kind === 'zip' && code.signing !== undefined) {
    const to = signedIdentity(code.signing, code.codeSha256);
    return { setting: 'SignedCode', from: rememberedIdentity(tags, configuration.CodeSha256), to };
  }
  return { setting: 'CodeSha256', from: configuration.CodeSha256, to: code.codeSha256 };
}

/**
 * The address that is deployed, or none where an equal address need not mean an equal image: a tag can be moved.
 * The service itself skips an equal digest.
 */
function deployedImage(
  { imageUri, push }: Extract<DesiredCode, { kind: 'image' }>,
  imageUris: readonly string[],
): string | undefined {
  const isFixed = push !== undefined || imageUri.includes('@sha256:');
  if (!isFixed) return undefined;
  return imageUris.includes(imageUri) ? imageUri : imageUris[0];
}

/** What a plan shows for code. */
export function identityOf(code: DesiredCode): string {
  return code.kind === 'image' ? code.imageUri : code.codeSha256;
}

/** Why code is left alone. */
export function equalityOf(code: DesiredCode): string {
  if (code.kind === 'image') return 'the image is equal';
  return isSigned(code) ? 'the code is equal and signed' : 'the code SHA-256 is equal';
}
