import { type ErrorCode, isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import { systemErrorCode } from '../system/files.js';
import { concealSecrets, concealSecretsIn } from './conceal-secrets.js';
import { EXIT_CODE_OF, type ExitCode } from './exit-codes.js';
import { usageErrorOf } from './usage-error.js';

/** What is told about an error, to people and to scripts. */
export interface ErrorReport {
  readonly exitCode: ExitCode;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** The error that was translated; its stack is shown for bugs and with --verbose. */
  readonly error: LambdakitError;
}

/** Reads any thrown value as a report. */
export function reportOf(thrown: unknown, bin = 'lambdakit'): ErrorReport {
  const error = asLambdakitError(thrown, bin);
  const { code, message, hint, details } = error;
  const told = { message: concealSecrets(message), hint, details: concealSecretsIn(details) };
  return { exitCode: EXIT_CODE_OF[code], code, ...told, error };
}

/** The `--json` form: code, message and hint, and the facts that the error carries. */
export function errorDocument(report: ErrorReport): Readonly<Record<string, unknown>> {
  return {
    ...report.details,
    code: report.code,
    message: report.message,
    ...(report.hint !== undefined && { hint: report.hint }),
  };
}

function asLambdakitError(thrown: unknown, bin: string): LambdakitError {
  if (isLambdakitError(thrown)) return thrown;
  return usageErrorOf(thrown, bin) ?? promptEndOf(thrown) ?? systemErrorOf(thrown) ?? bugOf(thrown);
}

/** Ctrl-C at a question reaches the prompt as a key, and no signal is sent. */
function promptEndOf(thrown: unknown): LambdakitError | undefined {
  if (!(thrown instanceof Error) || thrown.name !== 'ExitPromptError') return undefined;
  return new LambdakitError('interrupted', 'Interrupted at the question; nothing was changed.', { cause: thrown });
}

/** What Node's system errors mean for a person. */
const SYSTEM_ERRORS: Readonly<
  Record<string, { readonly code: ErrorCode; readonly what: string; readonly hint: string }>
> = {
  ENOENT: { code: 'file-not-found', what: 'There is no', hint: 'Check the path and the folder you are in.' },
  EISDIR: { code: 'invalid-input', what: 'A file is wanted, and a folder is', hint: 'Give the path of a file.' },
  ENOTDIR: { code: 'invalid-input', what: 'A folder is wanted, and a file is', hint: 'Give the path of a folder.' },
  EACCES: {
    code: 'permission-denied',
    what: 'You may not access',
    hint: 'Check the permissions of the file and its folders.',
  },
  EPERM: {
    code: 'permission-denied',
    what: 'You may not change',
    hint: 'Check the permissions of the file and its folders.',
  },
  EROFS: { code: 'permission-denied', what: 'The disk is read-only at', hint: 'Choose a folder that can be written.' },
  ENOSPC: {
    code: 'disk-full',
    what: 'The disk is full at',
    hint: 'Free some space and run the command again; nothing half-written is left behind.',
  },
  EMFILE: {
    code: 'disk-full',
    what: 'Too many files are open at',
    hint: 'Raise the limit (`ulimit -n`) and run the command again.',
  },
  EADDRINUSE: {
    code: 'port-taken',
    what: 'Another program listens on',
    hint: 'Choose another port with --port, or --port 0 for a free one.',
  },
};

function systemErrorOf(thrown: unknown): LambdakitError | undefined {
  const known = SYSTEM_ERRORS[systemErrorCode(thrown) ?? ''];
  if (known === undefined || !(thrown instanceof Error) || 'code' in thrown === false) return undefined;
  const { path, address, port } = thrown as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  const place = path ?? (port === undefined ? 'the file' : `${address ?? ''}:${port}`);
  return new LambdakitError(known.code, `${known.what} ${place}.`, { hint: known.hint, cause: thrown });
}

function bugOf(thrown: unknown): LambdakitError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LambdakitError('internal', `Unexpected error: ${message || 'no message'}`, {
    hint: 'This is a fault of lambdakit. Please report it with the output of the same command with --verbose.',
    cause: thrown,
  });
}
