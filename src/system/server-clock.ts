/**
 * How many milliseconds our clock is ahead of a server's (behind: negative), by the Date header of its answer;
 * undefined when it gives none. Exact to about a second. @throws the error of an address that cannot be reached
 */
export async function clockSkewMs(url: string, signal: AbortSignal): Promise<number | undefined> {
  const before = Date.now();
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
  const middle = (before + Date.now()) / 2;
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : middle - date;
}
