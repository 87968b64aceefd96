import { isLambdakitError } from '../errors/lambdakit-error.js';
import { keepCompiledCode } from '../system/compiled-chunk.js';
import { readFileSync } from '../system/files.js';
import { packageRoot } from '../system/package-root.js';
import { beginEarly } from './begin-early.js';
import { documentOf, isDocumentPrinted } from './command-failure.js';
import { COMPLETE_WORD } from './completion/shell-scripts.js';
import { concealSecrets } from './conceal-secrets.js';
import { type ErrorReport, errorDocument, reportOf } from './error-report.js';
import { isGithubJob } from './github/workflow-command.js';
import { namedCommand } from './named-command.js';
import { styleFor } from './style.js';
import { tolerateClosedPipes } from './terminal.js';
import { wantsJson } from './wants-json.js';

/**
 * Runs the command line with the arguments after the program's name. The one place that prints errors
 * and sets the exit code; it never ends the process by force, so that pending output is written.
 */
export async function main(argv: readonly string[]): Promise<void> {
  tolerateClosedPipes();
  if (argv[0] === '--version') {
    printVersion(argv.includes('--json'));
    return;
  }
  if (argv.length === 0 || (argv.length === 1 && ['--help', 'help'].includes(argv[0] ?? ''))) {
    const { rootHelp } = await import('./root-help.js');
    process.stdout.write(rootHelp());
    return;
  }
  if (argv[0] === COMPLETE_WORD) {
    const { printCandidates } = await import('./completion/print-candidates.js');
    // A message would end up in the command line of the shell that asks.
    await printCandidates(argv.slice(1)).catch(() => undefined);
    return;
  }
  try {
    const root = packageRoot();
    const command = namedCommand(argv, root);
    if (command.length > 0) keepCompiledCode(command.join('-'));
    await beginEarly(argv);
    // Loaded only now: the version must not wait for the framework.
    const { run, runNamedCommand } = await import('./framework.js');
    if (command.length > 0) return await runNamedCommand(command, argv.slice(command.length), root);
    // Flags alone ask for no command, and so for help.
    await run(argv.every((word) => word === '--json') ? [...argv, '--help'] : [...argv], root);
  } catch (thrown) {
    await reportFailure(thrown, argv);
  }
}

function printVersion(isJson: boolean): void {
  const root = packageRoot();
  const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const platform = `${process.platform}-${process.arch}`;
  const text = isJson
    ? JSON.stringify({ name, version, platform, node: process.version })
    : `${name}/${version} ${platform} node-${process.version}`;
  process.stdout.write(`${text}\n`);
}

async function reportFailure(thrown: unknown, argv: readonly string[]): Promise<void> {
  const softExit = oclifExit(thrown);
  if (softExit !== undefined) {
    process.exitCode = softExit;
    return;
  }
  const report = reportOf(thrown);
  if (!wantsJson(argv)) await printForPeople(report, argv.includes('--verbose'));
  else if (!isDocumentPrinted(thrown)) {
    process.stdout.write(`${JSON.stringify({ ...documentOf(thrown), error: errorDocument(report) }, null, 2)}\n`);
  }
  if (isGithubJob()) {
    const { annotateFailure } = await import('./github/annotate-failure.js');
    annotateFailure(report.error);
  }
  process.exitCode = report.exitCode;
}

/** What was wanted and is only told apart by its exit code. */
const QUIET_CODES: ReadonlySet<string> = new Set(['interrupted', 'differences-found', 'declined']);

async function printForPeople(report: ErrorReport, isVerbose: boolean): Promise<void> {
  const style = await styleFor(process.stderr);
  const lines = [QUIET_CODES.has(report.code) ? report.message : `${style.red('Error:')} ${report.message}`];
  const { stackTrace } = report.details ?? {};
  if (Array.isArray(stackTrace)) lines.push(...stackTrace.map((line) => style.dim(`  ${String(line).trim()}`)));
  if (report.hint !== undefined) lines.push(`  ${report.hint}`);
  if (isVerbose && report.error.cause !== undefined) {
    const { cause } = report.error;
    const text = cause instanceof Error && !isLambdakitError(cause) ? (cause.stack ?? cause.message) : String(cause);
    lines.push(style.dim(concealSecrets(text)));
  }
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** The exit code of oclif's own `exit()`; undefined for a real error. */
function oclifExit(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || thrown.code !== 'EEXIT') return undefined;
  return (thrown as { readonly oclif?: { readonly exit?: number } }).oclif?.exit ?? 0;
}
