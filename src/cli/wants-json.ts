import { environmentVariable } from '../system/environment-variables.js';

/** The same rule as oclif's: the flag before `--`, or the content type of the environment. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const json = argv.indexOf('--json');
  return (
    (json >= 0 && (end < 0 || json < end)) || environmentVariable('LAMBDAKIT_CONTENT_TYPE')?.toLowerCase() === 'json'
  );
}
