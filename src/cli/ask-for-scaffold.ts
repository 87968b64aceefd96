import { templates } from '../actions/scaffold.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { isInteractive } from './terminal.js';

export interface ScaffoldQuestions {
  readonly folder: string | undefined;
  readonly template: string | undefined;
  readonly runtime: string | undefined;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

/**
 * Folder and template: as given, or asked for where a person sits.
 * @throws LambdakitError `usage` when the folder is missing and nobody can be asked.
 */
export async function askForScaffold(
  questions: ScaffoldQuestions,
): Promise<{ readonly folder: string; readonly template: string | undefined }> {
  const { folder, template, runtime, isJson, signal } = questions;
  if (isJson || !isInteractive()) {
    if (folder !== undefined) return { folder, template };
    throw new LambdakitError('usage', 'No folder is named for the new project.', {
      hint: 'For example: lambdakit scaffold hello --template nodejs-typescript',
    });
  }
  const prompts = await import('@inquirer/prompts');
  const where = { output: process.stderr, signal };
  const chosenFolder =
    folder ?? (await prompts.input({ message: 'Folder of the new project', default: 'hello' }, where));
  if (template !== undefined || runtime !== undefined) return { folder: chosenFolder, template };
  const choices = (await templates()).map(({ name, description }) => ({
    name: `${name}: ${description}`,
    value: name,
  }));
  return {
    folder: chosenFolder,
    template: await prompts.select({ message: 'Template', choices, default: 'nodejs-typescript' }, where),
  };
}
