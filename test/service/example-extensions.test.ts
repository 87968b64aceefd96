import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNeighbours } from '../../src/local/neighbours/start-neighbours.js';
import { systemClock } from '../../src/system/clock.js';
import { findFreePort } from '../../src/system/free-port.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { liveWith } from './example-extension-life.js';
import {
  type ExampleExtension,
  exampleExtensions,
  exampleNamed,
  installInside,
  installWrapper,
} from './example-extensions.js';

/** Building the first Go or Rust program on a machine takes its time. */
const BUILD_MS = 240_000;

const PLAIN = ['shell', 'python', 'node', 'ruby', 'go', 'rust', 'java', 'shutdown-only'];
const NODE = { runtime: `nodejs${process.versions.node.split('.')[0]}.x`, handler: 'index.handler' };

/** A server with one answer, which counts how often it was asked. */
async function serve(body: string) {
  const asked = { times: 0 };
  const server = createServer((_, response) => {
    asked.times += 1;
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

/** Locks a text as the extension unlocks it: with keyed hashes over a counter. */
function lock(text: string, key: string): string {
  const bytes = Buffer.from(text);
  for (let start = 0, block = 0; start < bytes.length; start += 32, block += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(block);
    const pad = createHmac('sha256', key).update(counter).digest();
    for (let index = start; index < Math.min(start + 32, bytes.length); index += 1)
      bytes[index]! ^= pad[index - start]!;
  }
  return bytes.toString('base64');
}

describe('extensions of all kinds', () => {
  for (const extension of PLAIN.map(exampleNamed)) {
    it.skipIf(extension.missing !== '')(
      `live from READY to SHUTDOWN: ${extension.name}${extension.missing}`,
      () => liveWith({ extensions: [extension], events: [{}, {}] }).then(() => undefined),
      BUILD_MS,
    );
  }

  it('one takes logs over HTTP by the Logs API', async () => {
    const { lines, requestIds } = await liveWith({
      extensions: [exampleNamed('logs-http')],
      events: [{ log: 'one\n' }, { log: 'two\nthree\n' }],
    });
    expect(requestIds).toHaveLength(2);
    expect(lines('logs-http')).toContain('subscribed "OK"');
    expect(lines('logs-http')).toContain('logs ["one", "two", "three"]');
  });

  it('one takes telemetry over TCP', async () => {
    const { lines } = await liveWith({ extensions: [exampleNamed('telemetry-tcp')], events: [{ log: 'x\n' }] });
    const records = lines('telemetry-tcp').find((line) => line.startsWith('records '))!;
    expect(JSON.parse(records.slice('records '.length))).toEqual(
      expect.arrayContaining([
        'function',
        'platform.initStart',
        'platform.initRuntimeDone',
        'platform.initReport',
        'platform.start',
        'platform.runtimeDone',
        'platform.report',
      ]),
    );
  });

  it('one puts its telemetry into a bucket', async () => {
    const folder = await createTempFolder('telemetry');
    const neighbours = await startNeighbours({
      folder: folder.path,
      region: 'eu-central-1',
      clock: systemClock,
      invokeFunction: async () => undefined,
    });
    onTestFinished(async () => {
      await neighbours.dispose();
      await folder.remove();
    });
    const bucket = `${neighbours.endpoint}/telemetry`;
    expect((await fetch(bucket, { method: 'PUT' })).status).toBe(200);
    const { lines, requestIds } = await liveWith({
      extensions: [exampleNamed('telemetry-s3')],
      events: [{ log: 'first\n' }, { log: 'second\n' }],
      options: { variables: { AWS_ENDPOINT_URL_S3: neighbours.endpoint, TELEMETRY_BUCKET: 'telemetry' } },
    });
    const count = Number(/^uploaded (\d+)$/m.exec(lines('telemetry-s3').join('\n'))?.[1]);
    const batches = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const object = await fetch(`${bucket}/telemetry-s3/${String(index).padStart(4, '0')}.json`);
        return (await object.json()) as { type: string; record: { requestId?: string } }[];
      }),
    );
    const records = batches.flat();
    expect(records.flatMap(({ type, record }) => (type === 'function' ? [record] : []))).toEqual([
      'first\n',
      'second\n',
    ]);
    expect(records.flatMap(({ type, record }) => (type === 'platform.report' ? [record.requestId] : []))).toEqual(
      requestIds,
    );
  });

  const cache = exampleNamed('cache');
  it.skipIf(cache.missing !== '')(
    `one fetches in init what the function then gets from it over HTTP${cache.missing}`,
    async () => {
      const upstream = await serve('{"price": 7}');
      const port = await findFreePort();
      const get = `http://localhost:${port}/prices`;
      const { answers, lines } = await liveWith({
        extensions: [cache],
        events: [{ get }, { get }, { get }],
        options: { variables: { UPSTREAM_URL: upstream.url, CACHE_PORT: String(port) } },
      });
      expect(answers.map((text) => JSON.parse(text).got)).toEqual(Array(3).fill('{"price": 7}'));
      expect(upstream.asked.times).toBe(1);
      expect(lines('cache')).toContain('hits 3');
    },
    BUILD_MS,
  );

  const config = exampleNamed('config');
  it.skipIf(config.missing !== '')(
    `one unlocks the configuration in init and leaves it in /tmp${config.missing}`,
    async () => {
      const text = JSON.stringify({ greeting: 'grüß dich', list: Array.from({ length: 30 }, (_, index) => index) });
      const { url } = await serve(lock(text, 'k3y'));
      const { answers } = await liveWith({
        extensions: [config],
        events: [{ read: 'config.json' }],
        options: { variables: { CONFIG_URL: url, CONFIG_KEY: 'k3y' } },
      });
      expect(JSON.parse(answers[0]!).read).toBe(text);
    },
  );

  it('one stands between the runtime and its API', async () => {
    const port = await findFreePort();
    const { answers } = await liveWith({
      extensions: [exampleNamed('proxy')],
      events: [{ a: 1 }, { a: 2 }],
      options: {
        variables: { PROXY_PORT: String(port), AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' },
        snapshot: NODE,
        install: async ({ layer, code }) => {
          await installWrapper(layer, `export AWS_LAMBDA_RUNTIME_API=127.0.0.1:$PROXY_PORT`);
          await writeFile(path.join(code, 'index.mjs'), 'export const handler = async (event) => ({ event });');
        },
      },
    });
    expect(answers.map((text) => JSON.parse(text))).toEqual(
      [1, 2].map((a) => ({ event: { a, passedOn: true }, passedBack: true })),
    );
  });

  it('one lives inside of the runtime, loaded by a wrapper script, and is told of the end', async () => {
    const { lines, requestIds } = await liveWith({
      extensions: [],
      events: [{}, {}],
      options: {
        variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' },
        snapshot: NODE,
        install: async ({ layer, code }) => {
          await installInside(layer);
          await installWrapper(layer, `export NODE_OPTIONS="--import \${0%/*}/inside.mjs"`);
          await writeFile(path.join(code, 'index.mjs'), 'export const handler = async () => 1;');
        },
      },
    });
    expect(lines('inside')).toEqual(['registered for fn', ...requestIds.map((id) => `INVOKE ${id}`), 'bye']);
  });

  it(
    'ten different ones live side by side',
    async () => {
      const { url } = await serve(lock('{}', 'k'));
      const port = await findFreePort();
      const isThere = ({ name, missing }: ExampleExtension) =>
        missing === '' && !['proxy', 'telemetry-s3'].includes(name);
      const extensions = exampleExtensions.filter(isThere).slice(0, 12);
      await liveWith({
        // Ten may register; two of those that only listen to events stay away.
        extensions: extensions.filter(({ name }) => !['node', 'python'].includes(name)).slice(0, 10),
        events: [{}, {}],
        options: { variables: { CONFIG_URL: url, CONFIG_KEY: 'k', UPSTREAM_URL: url, CACHE_PORT: String(port) } },
      });
    },
    BUILD_MS,
  );
});
