import { randomUUID } from 'node:crypto';
import { environmentVariable } from '../../system/environment-variables.js';
import { appendFile } from '../../system/files.js';

/** Adds Markdown to the page of the job, where there is one (`GITHUB_STEP_SUMMARY`). */
export async function writeSummary(markdown: () => string): Promise<void> {
  const file = environmentVariable('GITHUB_STEP_SUMMARY');
  if (file !== undefined) await appendFile(file, `${markdown()}\n`);
}

/** Sets outputs of the step, which later steps and jobs read (`GITHUB_OUTPUT`). */
export async function setOutputs(values: () => Readonly<Record<string, string>>): Promise<void> {
  const file = environmentVariable('GITHUB_OUTPUT');
  if (file === undefined) return;
  const lines = Object.entries(values()).map(([name, value]) => outputLine(name, value));
  await appendFile(file, lines.join(''));
}

/** A value of several lines stands between two delimiters that nobody can guess (GitHub docs, "Workflow commands"). */
function outputLine(name: string, value: string): string {
  if (!/[\r\n]/.test(value)) return `${name}=${value}\n`;
  const delimiter = `end-${randomUUID()}`;
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}
