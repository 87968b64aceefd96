import type { ErrorCode } from '../errors/lambdakit-error.js';

/** What each exit code of `lambdakit` means. Help, docs and tests are made from this table. */
export const EXIT_CODES = {
  0: 'done',
  1: 'failed unexpectedly',
  2: 'bad usage or input',
  3: 'bad project config',
  4: 'the function returned an error',
  5: 'AWS (or the local service) refused',
  6: 'gave up waiting',
  7: 'differences found (when asked for)',
  8: 'over a size limit',
  130: 'interrupted',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** The exit code of every error; a new error code does not compile until it is placed here. */
export const EXIT_CODE_OF: Readonly<Record<ErrorCode, ExitCode>> = {
  internal: 1,
  'build-failed': 1,
  'toolchain-missing': 1,
  'package-invalid': 1,
  'permission-denied': 1,
  'disk-full': 1,
  'port-taken': 1,
  'state-locked': 1,
  'state-damaged': 1,
  'check-failed': 1,
  declined: 1,
  usage: 2,
  'invalid-input': 2,
  'file-not-found': 2,
  'folder-not-empty': 2,
  'template-not-found': 2,
  'config-not-found': 3,
  'config-invalid': 3,
  'function-error': 4,
  'not-found': 5,
  'access-denied': 5,
  throttled: 5,
  'service-refused': 5,
  'credentials-missing': 5,
  'region-missing': 5,
  unreachable: 5,
  'gave-up-waiting': 6,
  'differences-found': 7,
  'over-size': 8,
  interrupted: 130,
};
