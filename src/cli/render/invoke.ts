import type { Invoked } from '../../actions/invoke.js';

/** The response as it came; for calls without one, a line that says what happened. */
export function renderInvoke({ result, bytes }: Invoked): string | Uint8Array {
  if (bytes.length > 0) return bytes;
  if (result.outFile !== undefined || result.functionError !== undefined) return '';
  if (result.statusCode === 202) return `Queued (request ${result.requestId ?? 'unknown'}).`;
  if (result.statusCode === 204) return 'The call is allowed; the function did not run.';
  return '';
}
