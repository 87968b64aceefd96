import { httpEvents } from './http-events.js';
import { messageEvents } from './message-events.js';
import type { SampleEvent } from './sample-event.js';
import { serviceEvents } from './service-events.js';

export type { SampleEvent, SampleFacts } from './sample-event.js';

/** Every sample event, by name. */
export const SAMPLE_EVENTS: readonly SampleEvent[] = [...httpEvents, ...messageEvents, ...serviceEvents].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
