import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import type { DesiredFunction } from './desired-function.js';
import { SIGNATURE_TAG, signatureTag } from './remembered-signature.js';

/** Writes down which package became the signed one that is deployed now. */
export async function rememberSignature(
  { code }: DesiredFunction,
  { FunctionArn, CodeSha256 }: FunctionConfiguration,
  { calls }: { readonly calls: Pick<LambdaCalls, 'tagResource'> },
): Promise<void> {
  if (code?.kind !== 'zip' || code.signing === undefined || CodeSha256 === undefined) return;
  const value = signatureTag(code.signing, code.codeSha256, CodeSha256);
  await calls.tagResource({ Resource: FunctionArn, Tags: { [SIGNATURE_TAG]: value } });
}
