import { LambdakitError } from '../errors/lambdakit-error.js';
import { isInteractive } from './terminal.js';
import { wantsJson } from './wants-json.js';

export interface ConfirmOptions {
  /** The flag that answers beforehand. */
  readonly isAgreed: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks before something is lost. Where nobody can be asked, the flag is demanded.
 * @throws LambdakitError `declined` when the answer is no, `usage` when nobody is there to answer.
 */
export async function confirm(question: string, { isAgreed, signal }: ConfirmOptions): Promise<void> {
  if (isAgreed) return;
  // Whoever wants a document is a program, also where a terminal is near.
  if (!isInteractive() || wantsJson(process.argv)) {
    throw new LambdakitError('usage', `${question} Nobody is here to answer.`, {
      hint: 'Add --yes to agree beforehand.',
    });
  }
  const prompts = await import('@inquirer/prompts');
  const answer = await prompts.confirm({ message: question, default: false }, { output: process.stderr, signal });
  if (!answer) throw new LambdakitError('declined', 'Nothing was changed.');
}
