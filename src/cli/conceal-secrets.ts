import { environmentVariable } from '../system/environment-variables.js';

const HIDDEN = '(hidden)';

/** What gives credentials away by its form, with what may stay of it. */
const FORMS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // AWS shows the request to whom has signed it wrongly, with the session token among its headers.
  [/((?:x-amz-security-token|authorization|cookie)["']?\s*[:=]\s*["']?)[^\s"'][^\n"']*/gi, `$1${HIDDEN}`],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"'<>]+/gi, `$1${HIDDEN}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, HIDDEN],
  [/(:\/\/)[^/\s:@"']+:[^/\s@"']+@/g, `$1${HIDDEN}@`],
];

/** Shorter values of variables would be found in innocent words. */
const SHORTEST_SECRET = 8;

/** A text for people or logs, without the credentials of this process and without what looks like some. */
export function concealSecrets(text: string): string {
  const own = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
    .map(environmentVariable)
    .filter((value) => value !== undefined && value.length >= SHORTEST_SECRET);
  const withoutOwn = own.reduce<string>((shown, value) => shown.replaceAll(value ?? '', HIDDEN), text);
  return FORMS.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), withoutOwn);
}

/** The same for every text of a document. */
export function concealSecretsIn<Value>(value: Value): Value {
  if (typeof value === 'string') return concealSecrets(value) as Value;
  if (Array.isArray(value)) return value.map(concealSecretsIn) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, concealSecretsIn(member)])) as Value;
}
