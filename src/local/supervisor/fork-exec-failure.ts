import { LaunchFailure } from '../core/ports.js';

/** What Go says for the errors of execve(2) and fork(2). */
const REASONS = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOEXEC: 'exec format error',
  E2BIG: 'argument list too long',
  EAGAIN: 'resource temporarily unavailable',
  ENOMEM: 'cannot allocate memory',
} as const;

export type ForkExecReason = keyof typeof REASONS;

/**
 * A program that could not be started, in the words of the platform, which is written in Go.
 * @param reason the name of the error, or what was thrown when it was tried
 */
export function forkExecFailure(
  errorType: 'Runtime.InvalidEntrypoint' | 'Extension.LaunchError',
  command: string,
  reason: ForkExecReason | Error,
): LaunchFailure {
  const text = reason instanceof Error ? (reasonOf(reason) ?? reason.message) : REASONS[reason];
  return new LaunchFailure(errorType, `fork/exec ${command}: ${text}`);
}

function reasonOf(error: Error): string | undefined {
  return 'code' in error ? (REASONS as Readonly<Record<string, string>>)[String(error.code)] : undefined;
}
