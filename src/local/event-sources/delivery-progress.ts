/**
 * How far a shard has come through when its records end out of order. The checkpoint stays before the
 * oldest record that is not done: after a restart records may come twice, none is skipped.
 */
export interface DeliveryProgress {
  /** Notes records as they were read, oldest first. */
  begin(sequenceNumbers: readonly string[]): void;
  /** Marks records as delivered, dropped or discarded. Returns the new checkpoint when that moved it. */
  finish(sequenceNumbers: readonly string[]): string | undefined;
}

/** Makes the progress of one shard, in memory. */
export function createDeliveryProgress(): DeliveryProgress {
  const isDone = new Map<string, boolean>();
  return {
    begin(sequenceNumbers) {
      for (const sequenceNumber of sequenceNumbers) isDone.set(sequenceNumber, false);
    },
    finish(sequenceNumbers) {
      for (const sequenceNumber of sequenceNumbers) isDone.set(sequenceNumber, true);
      let checkpoint: string | undefined;
      for (const [sequenceNumber, done] of isDone) {
        if (!done) break;
        isDone.delete(sequenceNumber);
        checkpoint = sequenceNumber;
      }
      return checkpoint;
    },
  };
}
