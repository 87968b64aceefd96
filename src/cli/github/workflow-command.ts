import path from 'node:path';
import { environmentVariable, workingFolder } from '../../system/environment-variables.js';

/** A line of the log that GitHub shows beside the code or on top of the job. */
export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly title?: string | undefined;
  /** Relative to the working folder, or absolute. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** True inside a job of GitHub Actions (GitHub docs, "Default environment variables"). */
export function isGithubJob(): boolean {
  return environmentVariable('GITHUB_ACTIONS') === 'true';
}

/**
 * The annotation as GitHub reads it from the output of a step (GitHub docs, "Workflow commands for GitHub
 * Actions"). Paths are relative to the root of the repository there.
 */
export function workflowCommand({ level, message, title, file, line, column }: Annotation): string {
  const properties = Object.entries({
    file: file === undefined ? undefined : fromWorkspace(file),
    line: file === undefined ? undefined : line,
    col: file === undefined ? undefined : column,
    title,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${level}${properties === '' ? '' : ` ${properties}`}::${escapeData(message)}`;
}

/** Writes an annotation to stderr, which GitHub reads as it reads stdout: that is for data. */
export function annotate(annotation: Annotation): void {
  process.stderr.write(`${workflowCommand(annotation)}\n`);
}

function fromWorkspace(file: string): string {
  const absolute = path.resolve(workingFolder(), file);
  const root = environmentVariable('GITHUB_WORKSPACE');
  return root === undefined ? file : path.relative(root, absolute);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
