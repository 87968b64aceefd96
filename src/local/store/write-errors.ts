import { LambdakitError } from '../../errors/lambdakit-error.js';
import { systemErrorCode } from '../../system/files.js';

/** A write that the disk or its permissions refused, as an error that says what to do; every other error unchanged. */
export function explainWriteError(error: unknown, target: string): unknown {
  switch (systemErrorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LambdakitError('disk-full', `no space left to write ${target}`, {
        hint: 'Free some space; the state on disk is unchanged.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new LambdakitError('permission-denied', `${target} cannot be written`, {
        hint: 'Check who owns the state folder, or choose another one.',
        cause: error,
      });
    default:
      return error;
  }
}
