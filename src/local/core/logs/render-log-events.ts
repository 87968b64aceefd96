import type { TimedPlatformEvent } from '../platform-event.js';
import { renderJsonEvent } from './json-format.js';
import { isLogged, type LogLevelSettings } from './log-levels.js';
import { renderTextEvent, type TextLogContext } from './text-format.js';

/** How one environment writes its log: the function's `LoggingConfig` and what its lines name. */
export interface LogSettings extends TextLogContext, LogLevelSettings {
  readonly logFormat: 'Text' | 'JSON';
}

/**
 * The events that one platform event puts into the log stream, none to three, in the function's
 * format. Log levels apply to JSON logs only, as Lambda has no level in text.
 */
export function renderLogEvents(timed: TimedPlatformEvent, settings: LogSettings): readonly string[] {
  if (settings.logFormat === 'Text') return renderTextEvent(timed, settings);
  return isLogged(timed.event, settings) ? [renderJsonEvent(timed, settings.identity)] : [];
}
