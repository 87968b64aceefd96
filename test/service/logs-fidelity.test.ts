import { createHash } from 'node:crypto';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { Lambda } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService } from './local-service-kit.js';

const MB_PER_FUNCTION = 4;
const FUNCTIONS = 3;

/** Lines of every kind: long, empty, with CR and NUL, of characters of four bytes. Answers with their hash. */
const TALKER = nodePackage(`
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
export const handler = async (event) => {
  const hash = createHash('sha256');
  const kinds = ['x'.repeat(200), '', 'a\\rb', 'nul\\u0000nul', '🎉'.repeat(500), 'ü'.repeat(70_000)];
  for (let bytes = 0, n = 0; bytes < ${MB_PER_FUNCTION} * 1048576; n++) {
    const line = Buffer.from(event.name + n + ':' + kinds[n % kinds.length] + '\\n');
    for (let at = 0; at < line.length; ) {
      try { at += writeSync(1, line, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
    }
    hash.update(line);
    bytes += line.length;
  }
  return hash.digest('hex');
};`);

it('keeps what several functions write at once, byte for byte', async () => {
  const service = await startTestService();
  const settings = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: service.endpoint,
  };
  const lambda = new Lambda(settings);
  const logs = new CloudWatchLogs(settings);
  try {
    const names = Array.from({ length: FUNCTIONS }, (_, index) => `talker${index}`);
    const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE, Code: { ZipFile: TALKER } } as const;
    for (const name of names) await lambda.createFunction({ FunctionName: name, Timeout: 60, ...code });
    const answers = await Promise.all(
      names.map((name) => lambda.invoke({ FunctionName: name, LogType: 'Tail', Payload: JSON.stringify({ name }) })),
    );
    for (const [index, name] of names.entries()) {
      const hash = createHash('sha256');
      let nextToken: string | undefined;
      do {
        const page = await logs.filterLogEvents({ logGroupName: `/aws/lambda/${name}`, nextToken });
        for (const { message = '' } of page.events ?? []) {
          if (!/^(INIT_START|START|END|REPORT) /.test(message)) hash.update(message);
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      expect(JSON.stringify(hash.digest('hex'))).toBe(answers[index]?.Payload?.transformToString());
    }
    expect(service.bugs).toEqual([]);
  } finally {
    lambda.destroy();
    logs.destroy();
    await service.dispose();
  }
});
