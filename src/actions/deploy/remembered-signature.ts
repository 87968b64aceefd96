import type { DesiredSigning } from './desired-function.js';

/**
 * The tag that remembers which package became the signed one. Signing changes a package, so that the SHA-256 that
 * Lambda tells says nothing about the source.
 */
export const SIGNATURE_TAG = 'lambdakit:signed-code';

/** What a signed package is made of: the unsigned one, and who signs it. */
export function signedIdentity(signing: DesiredSigning, codeSha256: string): string {
  return `${codeSha256} signed by ${signerOf(signing)}`;
}

/** The value of the tag: the SHA-256 before and after signing, and the profile. */
export function signatureTag(signing: DesiredSigning, unsignedSha256: string, signedSha256: string): string {
  return [unsignedSha256, signedSha256, signerOf(signing)].join(' ');
}

/**
 * The identity of the deployed code, by its tag; or its SHA-256, where there is no tag or where somebody has
 * deployed other code since it was written.
 */
export function rememberedIdentity(
  tags: Readonly<Record<string, string>>,
  codeSha256: string | undefined,
): string | undefined {
  const [unsigned, signed, signer] = (tags[SIGNATURE_TAG] ?? '').split(' ');
  return signer !== undefined && signed === codeSha256 ? `${unsigned} signed by ${signer}` : codeSha256;
}

/** The profile that has signed the deployed code, in the words of the project file; undefined where it is not signed by us. */
export function rememberedSigning(
  tags: Readonly<Record<string, string>>,
  codeSha256: string | undefined,
): { readonly profileName: string; readonly profileOwner?: string } | undefined {
  const [, signed, signer] = (tags[SIGNATURE_TAG] ?? '').split(' ');
  if (signer === undefined || signed !== codeSha256) return undefined;
  const [profileName = '', profileOwner] = signer.split('/').reverse();
  return { profileName, ...(profileOwner !== undefined && { profileOwner }) };
}

function signerOf({ profileName, profileOwner }: DesiredSigning): string {
  return profileOwner === undefined ? profileName : `${profileOwner}/${profileName}`;
}
