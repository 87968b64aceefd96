import { createHash } from 'node:crypto';
import {
  CreateFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { nodePackage, ROLE, startTestService } from '../../service/local-service-kit.js';
import { randomOf, randomValue } from './random-values.js';

/** Answers the event as it came, or writes the bytes that it is asked for in pieces. */
const SOURCE = `export const echo = async (event) => event;
export const bytes = awslambda.streamifyResponse(async (event, stream) => {
  const all = Buffer.from(event.base64, 'base64');
  for (let at = 0; at < all.length; at += event.piece) stream.write(all.subarray(at, at + event.piece));
  stream.end();
});`;
const CALLERS = 6;
const MAX_STREAMED_BYTES = 200_000;

/**
 * Sends random JSON values through a function and random bytes out of a streaming one; every one must come
 * back equal. The seed is in every failure.
 */
export async function checkPayloads({
  values,
  streams,
  seed,
}: {
  values: number;
  streams: number;
  seed: number;
}): Promise<void> {
  const service = await startTestService();
  const client = new LambdaClient({
    endpoint: service.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    for (const name of ['echo', 'bytes']) await create(client, name);
    const random = randomOf(seed);
    const texts = Array.from({ length: values }, () => JSON.stringify(randomValue(random)));
    await inParallel(texts, async (text) => {
      const { Payload, FunctionError } = await client.send(new InvokeCommand({ FunctionName: 'echo', Payload: text }));
      expect(FunctionError, `seed ${seed}: ${text.slice(0, 200)}`).toBeUndefined();
      expect(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Payload)), `seed ${seed}`).toEqual(
        JSON.parse(text),
      );
    });
    const blobs = Array.from({ length: streams }, () =>
      Buffer.from(Array.from({ length: Math.floor(random() * MAX_STREAMED_BYTES) }, () => Math.floor(random() * 256))),
    );
    await inParallel(blobs, async (blob) => {
      const piece = 1 + Math.floor(random() * 50_000);
      expect(
        digest(await streamed(client, blob, piece)),
        `seed ${seed}: ${blob.length} bytes in pieces of ${piece}`,
      ).toBe(digest(blob));
    });
    expect(service.bugs).toEqual([]);
  } finally {
    client.destroy();
    await service.dispose();
  }
}

async function create(client: LambdaClient, name: string): Promise<void> {
  const ZipFile = nodePackage(SOURCE);
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: `index.${name}`,
      Role: ROLE,
      Code: { ZipFile },
      Timeout: 60,
      MemorySize: 512,
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30, minDelay: 1 }, { FunctionName: name });
}

async function streamed(client: LambdaClient, blob: Buffer, piece: number): Promise<Buffer> {
  const Payload = JSON.stringify({ base64: blob.toString('base64'), piece });
  const { EventStream = [] } = await client.send(
    new InvokeWithResponseStreamCommand({ FunctionName: 'bytes', Payload }),
  );
  const chunks: Uint8Array[] = [];
  for await (const { PayloadChunk, InvokeComplete } of EventStream) {
    if (PayloadChunk?.Payload !== undefined) chunks.push(PayloadChunk.Payload);
    expect(InvokeComplete?.ErrorCode).toBeUndefined();
  }
  return Buffer.concat(chunks);
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
