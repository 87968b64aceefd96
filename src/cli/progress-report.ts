import type { Ora } from 'ora';
import type { ProgressEvent, ProgressSink } from '../actions/progress.js';
import { concealSecrets } from './conceal-secrets.js';
import { isGithubJob, workflowCommand } from './github/workflow-command.js';
import { PLAIN, type Style, styleFor } from './style.js';
import { isInteractive } from './terminal.js';

/** Progress on stderr; `dispose` takes the spinner away. */
export interface ProgressReport {
  readonly sink: ProgressSink;
  dispose(): void;
}

export interface ProgressReportOptions {
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

const MARKS: Readonly<Record<ProgressEvent['kind'], string>> = {
  started: '…',
  done: '✔',
  skipped: '-',
  warning: '!',
  detail: '·',
};

/** One line for each event, and on a terminal with a person a spinner for what is being done now. */
export async function createProgressReport(options: ProgressReportOptions): Promise<ProgressReport> {
  if (options.isQuiet) return { sink: warningsOnly, dispose: () => undefined };
  const style = await styleFor(process.stderr);
  const isSpinning = isInteractive();
  const spinner = isSpinning ? await loadSpinner() : undefined;
  // Without a spinner that turns, ora would still write its codes for the cursor.
  const stop = (): void => {
    if (spinner?.isSpinning === true) spinner.stop();
  };
  const sink: ProgressSink = (event) => {
    if (event.kind === 'detail' && !options.isVerbose) return;
    if (event.kind === 'started' && spinner !== undefined && hasWidth()) {
      spinner.start(`${event.subject}: ${event.text}`);
      return;
    }
    const text = textOf(event, style);
    stop();
    process.stderr.write(`${text}\n`);
  };
  return { sink, dispose: stop };
}

function warningsOnly(event: ProgressEvent): void {
  if (event.kind === 'warning') process.stderr.write(`${textOf(event, PLAIN)}\n`);
}

/** A terminal that nobody has given a size (script(1), some containers) says 0; ora would clear lines without end there. */
function hasWidth(): boolean {
  return process.stderr.columns > 0;
}

async function loadSpinner(): Promise<Ora> {
  const { default: ora } = await import('ora');
  // Ctrl-C must reach our own handlers, so the spinner may not take over stdin.
  return ora({ stream: process.stderr, discardStdin: false });
}

/** On a machine of GitHub a warning is an annotation, which the log shows as a line as well. */
function textOf(event: ProgressEvent, style: Style): string {
  return event.kind === 'warning' && isGithubJob()
    ? workflowCommand({ level: 'warning', title: event.subject, message: event.text })
    : lineOf(event, style);
}

function lineOf(event: ProgressEvent, style: Style): string {
  const duration =
    event.kind === 'done' && event.durationMs !== undefined ? ` (${formatDuration(event.durationMs)})` : '';
  const colours = {
    started: style.dim,
    done: style.green,
    skipped: style.dim,
    warning: style.yellow,
    detail: style.dim,
  };
  return `${colours[event.kind](MARKS[event.kind])} ${event.subject}: ${concealSecrets(event.text)}${style.dim(duration)}`;
}

function formatDuration(durationMs: number): string {
  return durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`;
}
