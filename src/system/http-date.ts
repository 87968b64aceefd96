let shownSecond: number | undefined;
let shown = '';

/** A time as the `Date` header has it (RFC 9110, section 5.6.7). It is written anew only for another second. */
export function httpDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== shownSecond) {
    shown = new Date(nowMs).toUTCString();
    shownSecond = second;
  }
  return shown;
}
