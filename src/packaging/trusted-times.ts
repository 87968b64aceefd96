/**
 * File systems keep times in steps of up to two seconds (FAT): a file that changed so shortly before it
 * was read may have changed again without a trace, so its change time is not trusted.
 */
const COARSEST_TIME_STEP_MS = 2_000;

/** True when no file changed so shortly before packaging began that it may have changed again without a trace. */
export function areTrusted(files: Iterable<{ readonly changedMs: number }>, startedAtMs: number): boolean {
  for (const { changedMs } of files) if (!isTrusted(changedMs, startedAtMs)) return false;
  return true;
}

/** True when a change time tells whether a file is as it was. Both as milliseconds since 1970. */
export function isTrusted(changedMs: number, startedAtMs: number): boolean {
  return changedMs < startedAtMs - COARSEST_TIME_STEP_MS;
}
