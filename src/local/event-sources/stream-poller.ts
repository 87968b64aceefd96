import type { EventPoller, PollerOptions } from './event-source-ports.js';
import type { MappingSettings } from './mapping-settings.js';
import { pause } from './pause.js';
import { ShardPoller } from './shard-poller.js';
import type { StreamPosition, StreamSource } from './stream-source.js';

/** How often a stream is asked for new shards, and a missing stream for its appearance. */
const SHARD_INTERVAL_MS = 10_000;

/** Polls every shard of a stream for one mapping until it is disposed. */
export function startStreamPoller(options: PollerOptions): EventPoller {
  const { mapping, settings, deps } = options;
  const stop = new AbortController();
  const shards = new Map<string, Promise<void>>();
  const ended = watch();
  return {
    async dispose() {
      stop.abort();
      await ended;
    },
  };

  async function watch(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        const source = deps.openStream(settings.eventSourceArn);
        if (source === undefined) throw new Error(`Stream not found: ${settings.eventSourceArn}`);
        for (const shardId of await source.shardIds()) {
          if (!shards.has(shardId)) shards.set(shardId, runShard(source, shardId));
        }
      } catch (error) {
        report(error);
      }
      await pause(deps.clock, SHARD_INTERVAL_MS, stop.signal);
    }
    await Promise.all(shards.values());
  }

  async function runShard(source: StreamSource, shardId: string): Promise<void> {
    try {
      const checkpoint = await deps.checkpoints.load(mapping.uuid, shardId);
      const reader = await source.open(shardId, positionOf(settings, checkpoint));
      await new ShardPoller({ ...options, shardId, reader, signal: stop.signal }).run();
    } catch (error) {
      report(error);
      // Forgotten, so that the next look at the stream begins the shard again from its checkpoint.
      shards.delete(shardId);
    }
  }

  function report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    deps.onNotice?.({ uuid: mapping.uuid, type: 'source-failed', recordCount: 0, reason });
  }
}

function positionOf(settings: MappingSettings, checkpoint: string | undefined): StreamPosition {
  if (checkpoint !== undefined) return { kind: 'after', sequenceNumber: checkpoint };
  switch (settings.startingPosition) {
    case 'AT_TIMESTAMP':
      return { kind: 'at-timestamp', timestampMs: settings.startingTimestampMs ?? 0 };
    case 'LATEST':
      return { kind: 'latest' };
    case 'TRIM_HORIZON':
      return { kind: 'trim-horizon' };
  }
}
