import type { LambdakitError } from '../errors/lambdakit-error.js';

const DOCUMENT = Symbol('document');
const PRINTED = Symbol('printed');

/** The error, carrying the result that scripts still get beside it: `{...result, error}`. */
export function withDocument(error: LambdakitError, document: object): LambdakitError {
  return Object.assign(error, { [DOCUMENT]: document });
}

/** The result that an error carries; an empty one for any other thrown value. */
export function documentOf(thrown: unknown): object {
  return typeof thrown === 'object' && thrown !== null && DOCUMENT in thrown ? (thrown[DOCUMENT] as object) : {};
}

/** Marks an error of a command that has printed its document already: stdout holds exactly one. */
export function markDocumentPrinted(thrown: unknown): void {
  if (typeof thrown === 'object' && thrown !== null) Object.assign(thrown, { [PRINTED]: true });
}

export function isDocumentPrinted(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && PRINTED in thrown;
}
