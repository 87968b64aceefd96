export type { PlatformEvent, PlatformEventSink, TimedPlatformEvent } from './core/platform-event.js';
export type { LocalService, LocalServiceOptions } from './local-service-options.js';
export { findRunningService, startLocalService } from './start-local-service.js';
