/** The version that can be changed; every other one is immutable. */
export const LATEST = '$LATEST';

/** True for the number of a published version. */
export function isVersionNumber(qualifier: string): boolean {
  return /^[0-9]+$/.test(qualifier);
}

/** True for a name that CreateAlias accepts: not a number alone, at most 128 characters. */
export function isAliasName(qualifier: string): boolean {
  return /^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/.test(qualifier);
}

/** Which of the three kinds of qualifier a text is, after the order in which Lambda looks. */
export function qualifierKind(qualifier: string | undefined): 'latest' | 'version' | 'alias' {
  if (qualifier === undefined || qualifier === '' || qualifier === LATEST) return 'latest';
  return isVersionNumber(qualifier) ? 'version' : 'alias';
}
