import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileCheckpoints } from '../../../../src/local/event-sources/file-checkpoints.js';
import { createFileStreamSource } from '../../../../src/local/event-sources/file-stream-source.js';
import type { StreamRecord } from '../../../../src/local/event-sources/stream-source.js';
import { createTempFolder } from '../../../../src/system/temp-folder.js';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let file: string;
beforeEach(async () => {
  folder = await createTempFolder('file-stream');
  file = path.join(folder.path, 'orders.jsonl');
});
afterEach(() => folder.remove());

const source = (kind: 'kinesis' | 'dynamodb' = 'kinesis') =>
  createFileStreamSource({ file, kind, now: () => 1_700_000_000_123 });
const dataOf = ({ record }: StreamRecord) =>
  Buffer.from((record.kinesis as { data: string }).data, 'base64').toString();

describe('a stream out of a file', () => {
  it('gives whole lines as the file grows, and goes on where it stopped', async () => {
    const reader = await source().open('shardId-000000000000', { kind: 'trim-horizon' });
    expect(await reader.read(10)).toEqual([]);
    await writeFile(file, '{"n":1}\n{"n":2}\n\n{"n":3');
    const first = await reader.read(1);
    expect(first!.map(dataOf)).toEqual(['{"n":1}']);
    expect((await reader.read(10))!.map(dataOf)).toEqual(['{"n":2}']);
    await appendFile(file, '}\nä\n');
    expect((await reader.read(10))!.map(dataOf)).toEqual(['{"n":3}', 'ä']);
    const again = await source().open('shardId-000000000000', {
      kind: 'after',
      sequenceNumber: first![0]!.sequenceNumber,
    });
    expect((await again.read(10))!.map(dataOf)).toEqual(['{"n":2}', '{"n":3}', 'ä']);
  });

  it('begins at the end with LATEST', async () => {
    await writeFile(file, 'old\n');
    const reader = await source().open('shardId-000000000000', { kind: 'latest' });
    await appendFile(file, 'new\n');
    expect((await reader.read(10))!.map(dataOf)).toEqual(['new']);
  });

  it('reads lines longer than one piece of the file', async () => {
    const long = 'x'.repeat(600_000);
    await writeFile(file, `${long}\nshort\n`);
    const reader = await source().open('shardId-000000000000', { kind: 'trim-horizon' });
    expect((await reader.read(10))!.map(dataOf)).toEqual([long, 'short']);
  });

  it('makes records of DynamoDB', async () => {
    await writeFile(file, '{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"1"}}}}\n');
    const reader = await source('dynamodb').open('shardId-000000000000', { kind: 'trim-horizon' });
    const [record] = (await reader.read(10))!;
    expect(record!.record).toMatchObject({
      eventName: 'INSERT',
      eventVersion: '1.1',
      dynamodb: {
        Keys: { id: { S: '1' } },
        ApproximateCreationDateTime: 1_700_000_000,
        SequenceNumber: record!.sequenceNumber,
      },
    });
  });
});

describe('checkpoints in a file', () => {
  it('outlive the process that wrote them', async () => {
    const checkpoints = path.join(folder.path, 'checkpoints.json');
    const first = createFileCheckpoints(checkpoints);
    await Promise.all([first.save('m', 's1', '10'), first.save('m', 's2', '20'), first.save('m', 's1', '11')]);
    const second = createFileCheckpoints(checkpoints);
    expect([await second.load('m', 's1'), await second.load('m', 's2'), await second.load('m', 's3')]).toEqual([
      '11',
      '20',
      undefined,
    ]);
    await writeFile(checkpoints, '{"torn');
    expect(await createFileCheckpoints(checkpoints).load('m', 's1')).toBeUndefined();
  });
});
