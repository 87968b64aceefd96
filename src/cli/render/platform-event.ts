import type { EnvironmentIdentity, PlatformEvent } from '../../local/index.js';
import type { Style } from '../style.js';

/** One event of the local service as a line of its console; empty for events that are details. */
export function renderPlatformEvent({ functionName }: EnvironmentIdentity, event: PlatformEvent, style: Style): string {
  const head = style.cyan(functionName);
  switch (event.type) {
    case 'function':
    case 'extension':
      return `${head} ${event.text.endsWith('\n') ? event.text : `${event.text}\n`}`;
    case 'platform.report': {
      const { durationMs, initDurationMs, maxMemoryUsedMb, status, errorType } = event.report;
      const init = initDurationMs === undefined ? '' : `, init ${initDurationMs.toFixed(0)} ms`;
      const outcome = status === 'success' ? style.green('✔') : style.red(`✘ ${errorType ?? status}`);
      return `${head} ${outcome} ${durationMs.toFixed(1)} ms${init}, ${maxMemoryUsedMb} MB ${style.dim(event.requestId)}\n`;
    }
    default:
      return '';
  }
}
