import type { LogSettings } from './logs/render-log-events.js';
import type { EnvironmentIdentity, TimedPlatformEvent } from './platform-event.js';

/**
 * Receives everything that happens in all environments, with the settings by which the function's log
 * is written. Must not throw and must not block.
 */
export type PlatformEventSink = (
  source: EnvironmentIdentity,
  event: TimedPlatformEvent,
  logSettings: LogSettings,
) => void;
