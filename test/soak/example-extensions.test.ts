import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../../src/system/free-port.js';
import { liveWith } from '../service/example-extension-life.js';
import { exampleExtensions } from '../service/example-extensions.js';

const LIVES = 10;

/** The proxy needs a wrapper and the bucket a neighbour; test/service shows both. */
const ALONE = ['proxy', 'telemetry-s3'];

const upstream = createServer((_, response) => response.end('e30=')).listen(0, '127.0.0.1');
beforeAll(async () => {
  if (!upstream.listening) await once(upstream, 'listening');
});
afterAll(() => void upstream.close());

async function variables(): Promise<Record<string, string>> {
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;
  return { CONFIG_URL: url, CONFIG_KEY: 'k', UPSTREAM_URL: url, CACHE_PORT: String(await findFreePort()) };
}

const external = exampleExtensions.filter(({ name }) => !ALONE.includes(name));

it.each(external.map((extension) => [`${extension.name}${extension.missing}`, extension] as const))(
  `lives ${LIVES} times from READY to SHUTDOWN and ends by itself: %s`,
  async (_title, extension) => {
    if (extension.missing !== '') return;
    for (let life = 0; life < LIVES; life += 1) {
      await liveWith({ extensions: [extension], events: [{}, {}, {}], options: { variables: await variables() } });
    }
  },
);

it('ten at once, five times, each time others', async () => {
  const present = external.filter(({ missing }) => missing === '');
  expect(present.length).toBeGreaterThan(10);
  for (let round = 0; round < 5; round += 1) {
    const extensions = [...present.slice(round % present.length), ...present].slice(0, 10);
    await liveWith({ extensions, events: [{}, {}, {}], options: { variables: await variables() } });
  }
});
