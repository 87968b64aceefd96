import { createRecordFilter } from '../core/event-filter/record-filter.js';
import type { EventPoller, EventSourceDeps, EventSourceMappingRecord } from './event-source-ports.js';
import { readMappingSettings } from './mapping-settings.js';
import { startSqsPoller } from './sqs-poller.js';
import { startStreamPoller } from './stream-poller.js';

/** Keeps one poller per enabled mapping. */
export interface EventSourceRunner {
  /** Starts what is new or was enabled, restarts what changed, stops what is gone. Call it after every change and at start. */
  sync(mappings: Iterable<EventSourceMappingRecord>): void;
  /** Stops every poller; call it before the dispatcher is disposed. */
  dispose(): Promise<void>;
}

/** Makes the runner; nothing polls before the first `sync`. */
export function createEventSourceRunner(deps: EventSourceDeps): EventSourceRunner {
  const running = new Map<string, { readonly fingerprint: string; readonly poller: EventPoller }>();
  const stopping = new Set<Promise<void>>();

  function stop(uuid: string): void {
    const disposed = running.get(uuid)?.poller.dispose() ?? Promise.resolve();
    running.delete(uuid);
    const done = disposed.finally(() => stopping.delete(done));
    stopping.add(done);
  }

  return {
    sync(mappings) {
      const wanted = new Map(
        [...mappings].filter(({ isEnabled }) => isEnabled).map((mapping) => [mapping.uuid, mapping]),
      );
      for (const [uuid, { fingerprint }] of running) {
        const mapping = wanted.get(uuid);
        if (mapping === undefined || fingerprintOf(mapping) !== fingerprint) stop(uuid);
      }
      for (const [uuid, mapping] of wanted) {
        const poller = running.has(uuid) ? undefined : createPoller(mapping, deps);
        if (poller !== undefined) running.set(uuid, { fingerprint: fingerprintOf(mapping), poller });
      }
    },
    async dispose() {
      for (const uuid of [...running.keys()]) stop(uuid);
      await Promise.all(stopping);
    },
  };
}

/** Starts the poller for a mapping's kind of source; undefined for a source that is not served here. */
export function createPoller(mapping: EventSourceMappingRecord, deps: EventSourceDeps): EventPoller | undefined {
  const settings = readMappingSettings(mapping);
  if (settings === undefined) return undefined;
  const filter = createRecordFilter(settings.kind, settings.filterPatterns);
  if (filter === undefined) {
    // The API refuses such filters. One that is stored all the same neither lets anything pass nor drops what is there.
    const reason = 'Invalid filter pattern definition.';
    deps.onNotice?.({ uuid: mapping.uuid, type: 'source-failed', recordCount: 0, reason });
    return { dispose: async () => undefined };
  }
  const options = { mapping, settings, filter, deps };
  return settings.kind === 'sqs' ? startSqsPoller(options) : startStreamPoller(options);
}

/** Everything that a poller depends on; tags and dates do not restart it. */
function fingerprintOf({ functionName, qualifier, settings }: EventSourceMappingRecord): string {
  return JSON.stringify([functionName, qualifier, settings]);
}
