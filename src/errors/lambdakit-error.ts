/** Who has to act: the user, their machine, the service that we called, or us. */
export type ErrorKind = 'user' | 'environment' | 'remote' | 'bug';

/**
 * Every error code that the product can report, and who has to act on it. The codes are part of the
 * contract with scripts (`--json` prints them); the exit code of each is in `cli/exit-codes.ts`.
 */
export const ERROR_KINDS = {
  internal: 'bug',
  usage: 'user',
  'invalid-input': 'user',
  'file-not-found': 'user',
  'folder-not-empty': 'user',
  'template-not-found': 'user',
  declined: 'user',
  'config-not-found': 'user',
  'config-invalid': 'user',
  'build-failed': 'user',
  'toolchain-missing': 'environment',
  'package-invalid': 'user',
  'permission-denied': 'environment',
  'disk-full': 'environment',
  'port-taken': 'environment',
  'state-locked': 'environment',
  'state-damaged': 'environment',
  'function-error': 'user',
  'check-failed': 'user',
  'not-found': 'remote',
  'access-denied': 'remote',
  throttled: 'remote',
  'service-refused': 'remote',
  'credentials-missing': 'environment',
  'region-missing': 'environment',
  unreachable: 'environment',
  'gave-up-waiting': 'remote',
  'differences-found': 'user',
  'over-size': 'user',
  interrupted: 'user',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

export interface LambdakitErrorOptions {
  /** What to do next, as one sentence for a person. */
  readonly hint?: string;
  /** Facts for scripts: printed as members of the `--json` error. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('lambdakit.error');

/**
 * The one error of the product: what happened with the offending value (`message`), what to do next
 * (`hint`), and a stable `code`. Lower layers throw it; only `cli` prints it.
 */
export class LambdakitError extends Error {
  override readonly name = 'LambdakitError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, options: LambdakitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** True for our error also when it comes from another copy of this module (a bundle chunk, a plugin). */
export function isLambdakitError(value: unknown): value is LambdakitError {
  return typeof value === 'object' && value !== null && BRAND in value;
}
