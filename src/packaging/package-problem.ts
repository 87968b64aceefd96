import { LambdakitError } from '../errors/lambdakit-error.js';

/** Why something of a tree cannot go into a package. */
export type PackageProblemReason =
  | 'not-utf8'
  | 'unreadable'
  | 'special-file'
  | 'backslash'
  | 'control-character'
  | 'same-name-but-case'
  | 'broken-link'
  | 'absolute-link'
  | 'link-leaves-folder'
  | 'link-to-excluded'
  | 'link-loop';

export interface PackageProblem {
  readonly name: string;
  readonly reason: PackageProblemReason;
  /** The target of a link, or the other name of a pair. */
  readonly other?: string;
}

/** What each reason means, for the message; `$` stands for the other name. */
const REASONS: Readonly<Record<PackageProblemReason, string>> = {
  'not-utf8': 'has a name that is not UTF-8',
  unreadable: 'cannot be read',
  'special-file': 'is a pipe, a socket or a device',
  backslash: 'has a backslash in its name, which some tools take for a folder',
  'control-character': 'has a control character in its name',
  'same-name-but-case': 'differs from $ only in upper and lower case or in the form of its accents',
  'broken-link': 'is a link to $, which does not exist',
  'absolute-link': 'is a link to the absolute path $, which does not exist in Lambda',
  'link-leaves-folder': 'is a link to $, outside of the folder',
  'link-to-excluded': 'is a link to $, which stays out of the package',
  'link-loop': 'is a link that leads to itself by way of $',
};

/** The error that names every problem at once, so that one run shows all that has to be mended. */
export function refuse(folder: string, problems: readonly PackageProblem[]): LambdakitError {
  const sorted = problems.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const lines = sorted.map(
    ({ name, reason, other }) => `  ${printable(name)} ${REASONS[reason].replace('$', () => printable(other ?? ''))}`,
  );
  const isLink = sorted.some(({ reason }) => reason.includes('link'));
  return new LambdakitError('package-invalid', [`${folder} cannot be packaged:`, ...lines].join('\n'), {
    hint: isLink
      ? 'Mend them, leave them out with "exclude" or .lambdakitignore, or copy what links inside the folder lead to with "follow": true.'
      : 'Mend them, or leave them out with "exclude" or .lambdakitignore.',
    details: { problems: sorted },
  });
}

function printable(name: string): string {
  return /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(name) ? JSON.stringify(name) : name;
}
