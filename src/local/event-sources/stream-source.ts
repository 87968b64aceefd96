/** One record of a stream, in the form in which the function gets it. */
export interface StreamRecord {
  /** Decimal text; grows within a shard. */
  readonly sequenceNumber: string;
  /** Records with the same key keep their order, also with a parallelization factor. */
  readonly partitionKey: string;
  /** Epoch milliseconds. */
  readonly arrivalMs: number;
  /** The member of `Records`, without what the mapping adds. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Where to begin in a shard. */
export type StreamPosition =
  | { readonly kind: 'trim-horizon' | 'latest' }
  | { readonly kind: 'at-timestamp'; readonly timestampMs: number }
  | { readonly kind: 'after'; readonly sequenceNumber: string };

/** Reads one shard forwards. */
export interface ShardReader {
  /** Up to `limit` further records; none when there are no new ones yet. Undefined when the shard has ended. */
  read(limit: number): Promise<readonly StreamRecord[] | undefined>;
}

/** A Kinesis or DynamoDB stream, whoever holds it: a local server, or a file. */
export interface StreamSource {
  shardIds(): Promise<readonly string[]>;
  open(shardId: string, position: StreamPosition): Promise<ShardReader>;
}
