/** Text that fits into a header line, which may hold no control characters. */
export function headerValue(text: string): string {
  return String(text).replace(/\p{Cc}/gu, ' ');
}
