/** The names under which a process of the environment knows its server. */
const OUR_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', 'sandbox.localdomain', 'sandbox']);

/** True for a Host header that means us; a page that was bound to our address sends another. */
export function isOurName(host: string | undefined): boolean {
  return host === undefined || OUR_NAMES.has(host.replace(/:\d+$/, '').toLowerCase());
}
