import { open, systemErrorCode } from '../../system/files.js';
import type { ShardReader, StreamPosition, StreamRecord, StreamSource } from './stream-source.js';

export interface FileStreamOptions {
  /** A file with one record per line; it may grow. */
  readonly file: string;
  readonly kind: 'kinesis' | 'dynamodb';
  /** Arrival time of a record whose line does not say its own, epoch milliseconds. */
  readonly now: () => number;
}

const SHARD_ID = 'shardId-000000000000';
const CHUNK_BYTES = 256 * 1024;
/** As many digits as the numbers of Kinesis have, so that they also sort as text. */
const SEQUENCE_DIGITS = 56;

/**
 * A stream out of a file of JSON lines, for trying out a mapping without any server. For Kinesis a line is
 * the data of a record, for DynamoDB the record itself (`{"eventName":"INSERT","dynamodb":{…}}`). The place
 * of a line in the file is its sequence number, so that reading goes on where it stopped after a restart.
 */
export function createFileStreamSource(options: FileStreamOptions): StreamSource {
  return {
    shardIds: async () => [SHARD_ID],
    open: async (_shardId, position) => createReader(options, await startOffset(options.file, position)),
  };
}

async function startOffset(file: string, position: StreamPosition): Promise<number> {
  if (position.kind === 'after') return Number(BigInt(position.sequenceNumber));
  if (position.kind !== 'latest') return 0;
  const handle = await openIfExists(file);
  try {
    return handle === undefined ? 0 : (await handle.stat()).size;
  } finally {
    await handle?.close();
  }
}

function createReader({ file, kind, now }: FileStreamOptions, startBytes: number): ShardReader {
  let offset = startBytes;
  return {
    async read(limit) {
      const handle = await openIfExists(file);
      if (handle === undefined) return [];
      try {
        const records: StreamRecord[] = [];
        for (const { text, endBytes } of await readLines(handle, offset, limit)) {
          offset = endBytes;
          // The number of a line is where the next one begins: reading "after" it needs no search.
          if (text.trim() !== '')
            records.push(toRecord(kind, text, String(endBytes).padStart(SEQUENCE_DIGITS, '0'), now()));
        }
        return records;
      } finally {
        await handle.close();
      }
    },
  };
}

type Handle = Awaited<ReturnType<typeof open>>;

/** Whole lines only: what has no line end yet is still being written. */
async function readLines(
  handle: Handle,
  startBytes: number,
  limit: number,
): Promise<{ readonly text: string; readonly endBytes: number }[]> {
  const lines: { readonly text: string; readonly endBytes: number }[] = [];
  let held: Buffer = Buffer.alloc(0);
  let endBytes = startBytes;
  for (;;) {
    const lineEnd = held.indexOf(0x0a);
    if (lineEnd >= 0) {
      endBytes += lineEnd + 1;
      lines.push({ text: held.toString('utf8', 0, lineEnd), endBytes });
      held = held.subarray(lineEnd + 1);
      if (lines.length === limit) return lines;
      continue;
    }
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, endBytes + held.length);
    if (bytesRead === 0) return lines;
    held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
  }
}

function toRecord(kind: 'kinesis' | 'dynamodb', line: string, sequenceNumber: string, nowMs: number): StreamRecord {
  if (kind === 'kinesis') {
    const kinesis = {
      kinesisSchemaVersion: '1.0',
      partitionKey: sequenceNumber,
      sequenceNumber,
      data: Buffer.from(line).toString('base64'),
      approximateArrivalTimestamp: nowMs / 1000,
    };
    return { sequenceNumber, partitionKey: sequenceNumber, arrivalMs: nowMs, record: { kinesis } };
  }
  const given = JSON.parse(line) as { readonly dynamodb?: Readonly<Record<string, unknown>> };
  const dynamodb = {
    ApproximateCreationDateTime: Math.trunc(nowMs / 1000),
    ...given.dynamodb,
    SequenceNumber: sequenceNumber,
  };
  const record = { eventID: sequenceNumber.slice(-32), eventVersion: '1.1', ...given, dynamodb };
  return { sequenceNumber, partitionKey: JSON.stringify(given.dynamodb?.Keys ?? ''), arrivalMs: nowMs, record };
}

async function openIfExists(file: string): Promise<Handle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
