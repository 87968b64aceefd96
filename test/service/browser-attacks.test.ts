import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventSink, openEventSink } from '../soak/checks/event-sink.js';
import { createLoadClient, FUNCTIONS, functionBody, invoke } from '../soak/checks/load.js';
import { nodePackage, startTestService, type TestService } from './local-service-kit.js';

const SIGNED = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

let service: TestService;
let sink: EventSink;
let port: number;
beforeAll(async () => {
  service = await startTestService();
  sink = await openEventSink();
  port = Number(new URL(service.endpoint).port);
  const client = createLoadClient(service.endpoint);
  const zip = nodePackage('export const handler = async () => { await fetch(process.env.SINK + "/ran"); };');
  const Environment = { Variables: { SINK: sink.url } };
  await client.ask({ method: 'POST', path: FUNCTIONS, body: functionBody('victim', zip, { Environment }) });
  client.close();
});
afterAll(async () => {
  await service.dispose();
  await sink.close();
  expect(service.bugs).toEqual([]);
});

/** What no attack may change: the functions, and whether one ran. */
async function expectUntouched(): Promise<void> {
  const client = createLoadClient(service.endpoint);
  const { text } = await client.ask({ path: FUNCTIONS });
  client.close();
  const { Functions } = JSON.parse(text) as { Functions: { FunctionName: string }[] };
  expect(Functions.map(({ FunctionName }) => FunctionName)).toEqual(['victim']);
  expect(sink.notes.size).toBe(0);
}

const RUN = { method: 'POST', path: `${FUNCTIONS}/victim/invocations` };
const REMOVE = { method: 'DELETE', path: `${FUNCTIONS}/victim` };
const signed = ['Authorization', SIGNED] as const;
const local = ['Host', 'localhost'] as const;
type Line = readonly [string, string];

interface Attack {
  readonly method: string;
  readonly path: string;
  readonly lines: readonly Line[];
}

const attack = (target: typeof RUN, ...lines: readonly Line[]): Attack => ({ ...target, lines });

/** A page that resolves its own name to this machine sends that name (DNS rebinding). */
const FOREIGN_HOSTS = [
  ...['evil.com', 'evil.com:PORT', '127.evil.com', '127.0.0.1.evil.com', '127.0.0.1.nip.io:PORT', 'localhost.evil.com'],
  ...['localhost.:PORT', '127.0.0.1.:PORT', 'user@localhost:PORT', 'localhost@evil.com', 'localhost:PORT@evil.com'],
  ...['0.0.0.0:PORT', '192.168.1.10:PORT', '2130706433', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '[::2]', ''],
];

const ATTACKS: readonly (readonly [string, Attack])[] = [
  ...FOREIGN_HOSTS.map((host): [string, Attack] => [
    `Host ${JSON.stringify(host)}`,
    attack(RUN, ['Host', host], signed),
  ]),
  ['a foreign Origin', attack(RUN, local, signed, ['Origin', 'https://evil.com'])],
  ['the Origin null of a sandboxed frame', attack(RUN, local, signed, ['Origin', 'null'])],
  ['an Origin on another port of this machine', attack(RUN, local, signed, ['Origin', 'http://localhost:1'])],
  ['the Origin of an extension', attack(RUN, local, signed, ['Origin', 'chrome-extension://abcdef'])],
  ['an Origin and the deletion of a function', attack(REMOVE, local, signed, ['Origin', 'https://evil.com'])],
  ['Sec-Fetch-Site cross-site', attack(RUN, local, signed, ['Sec-Fetch-Site', 'cross-site'])],
  ['Sec-Fetch-Site same-site', attack(RUN, local, signed, ['Sec-Fetch-Site', 'same-site'])],
  ['text/plain without signature', attack(RUN, local, ['Content-Type', 'text/plain'])],
  ['a form without signature', attack(RUN, local, ['Content-Type', 'application/x-www-form-urlencoded'])],
  ['a multipart form without signature', attack(RUN, local, ['Content-Type', 'multipart/form-data; boundary=x'])],
  [
    'text/plain with a foreign Origin',
    attack(RUN, local, ['Content-Type', 'text/plain'], ['Origin', 'https://evil.com']),
  ],
  ['no signature at all', attack(RUN, local)],
  ['Basic credentials out of a URL', attack(RUN, local, ['Authorization', 'Basic YTpi'])],
  ['a bearer token', attack(RUN, local, ['Authorization', 'Bearer AWS4-HMAC-SHA256'])],
  ['half a signature', attack(RUN, local, ['Authorization', SIGNED.slice(0, -10)])],
  ['the deletion of a function without signature', attack(REMOVE, local)],
  [
    'a preflight',
    attack(
      { method: 'OPTIONS', path: RUN.path },
      local,
      ['Origin', 'https://evil.com'],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Headers', 'authorization'],
    ),
  ],
  [
    'a preflight for the private network',
    attack(
      { method: 'OPTIONS', path: RUN.path },
      local,
      ['Origin', 'https://evil.com'],
      ['Access-Control-Request-Method', 'POST'],
      ['Access-Control-Request-Private-Network', 'true'],
    ),
  ],
  [
    'a WebSocket',
    attack(
      { method: 'GET', path: FUNCTIONS },
      local,
      ['Origin', 'https://evil.com'],
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ),
  ],
  [
    'a WebSocket that gives no Origin',
    attack(
      { method: 'GET', path: FUNCTIONS },
      local,
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ),
  ],
  [
    'a foreign Host in an absolute address',
    { ...RUN, path: `http://evil.com${RUN.path}`, lines: [['Host', 'evil.com'], signed] },
  ],
];

describe('requests that a web page can cause', () => {
  it('are forty or more in number', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(ATTACKS)(
    '%s: is refused with 403, shares nothing and changes nothing',
    async (_, { method, path, lines }) => {
      const head = [...lines].map(([name, value]) => `${name}: ${value.replace('PORT', String(port))}\r\n`).join('');
      const body = method === 'POST' ? '{}' : '';
      const answer = await exchange(
        `${method} ${path} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 403 Forbidden');
      expect(answer.toLowerCase()).not.toContain('access-control-allow');
      await expectUntouched();
    },
  );

  it('without any Host is refused before it is looked at', async () => {
    const answer = await exchange(
      `POST ${RUN.path} HTTP/1.1\r\nAuthorization: ${SIGNED}\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    await expectUntouched();
  });
});

describe.skipIf(CHROMIUM === undefined)(
  `a page in a real browser${CHROMIUM === undefined ? ': no Chromium is installed' : ''}`,
  () => {
    let site: Server;
    let pageUrl: string;
    beforeAll(async () => {
      // Loaded once everything was tried; what the page sees of the answers is kept in `seen`.
      site = createServer((_, response) => {
        response.setHeader('content-type', 'text/html').end(page(`${service.endpoint}${RUN.path}`));
      });
      await once(site.listen(0, '127.0.0.1'), 'listening');
      pageUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    });
    afterAll(() => {
      site.close();
      site.closeAllConnections();
    });

    it('reads nothing and starts nothing', async () => {
      const { chromium } = await import('playwright-core');
      const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
      try {
        const tab = await browser.newPage();
        await tab.goto(pageUrl);
        await tab.waitForFunction("document.title === 'done'");
        const seen = await tab.evaluate('JSON.parse(document.body.dataset.seen)');
        expect(seen).toEqual({
          plain: 'TypeError',
          json: 'TypeError',
          signed: 'TypeError',
          opaque: 'opaque',
          list: 'TypeError',
          image: 'error',
          script: 'error',
          socket: 'error',
          beacon: 'sent',
          frame: 'sent',
        });
        await tab.goto(pageUrl);
        await expectUntouched();
      } finally {
        await browser.close();
      }
    });

    it('reaches the service through no name that is resolved to this machine', async () => {
      const { chromium } = await import('playwright-core');
      const rules = '--host-resolver-rules=MAP rebound.example 127.0.0.1';
      const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', rules] });
      try {
        const tab = await browser.newPage();
        const answer = await tab.goto(`http://rebound.example:${port}${FUNCTIONS}`);
        expect(answer?.status()).toBe(403);
        // Same origin by name, so the page may send any header: the Host alone gives it away.
        const status = await tab.evaluate(
          async ([path, authorization]) =>
            (await fetch(path!, { method: 'POST', headers: { authorization: authorization! }, body: '{}' })).status,
          [RUN.path, SIGNED],
        );
        expect(status).toBe(403);
        await expectUntouched();
      } finally {
        await browser.close();
      }
    });
  },
);

it('lets callers in that are no pages', async () => {
  const client = createLoadClient(service.endpoint);
  expect((await client.ask(invoke('victim', {}))).headers['x-amz-function-error']).toBeUndefined();
  client.close();
  expect(sink.notes.get('ran')).toBe(1);
  (sink.notes as Map<string, number>).clear();
});

/** Sends bytes as they are and reads to the end. */
async function exchange(text: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

/** Tries everything that a page can do with an address of another origin. */
function page(target: string): string {
  return `<!doctype html><body><iframe name="frame"></iframe>
    <form method="post" action="${target}" target="frame" enctype="text/plain"><input name='{"a' value='":1}'></form>
    <script type="module">
      const seen = {};
      const attempt = async (name, work) => { seen[name] = await work().catch((error) => error.name ?? 'error'); };
      const load = (element, source) => new Promise((resolve, reject) => {
        element.onload = () => resolve('loaded');
        element.onerror = () => reject({ name: 'error' });
        element.src = source;
        document.body.append(element);
      });
      const post = (more) => fetch('${target}', { method: 'POST', body: '{}', ...more }).then((answer) => answer.type);
      await attempt('plain', () => post({ headers: { 'content-type': 'text/plain' } }));
      await attempt('json', () => post({ headers: { 'content-type': 'application/json' } }));
      await attempt('signed', () => post({ headers: { authorization: '${SIGNED}' } }));
      await attempt('opaque', () => post({ mode: 'no-cors' }));
      await attempt('list', () => fetch('${new URL(target).origin}${FUNCTIONS}').then((answer) => answer.type));
      await attempt('image', () => load(new Image(), '${target}'));
      await attempt('script', () => load(document.createElement('script'), '${target}'));
      await attempt('socket', () => new Promise((resolve, reject) => {
        const socket = new WebSocket('${target.replace('http', 'ws')}');
        socket.onopen = () => resolve('open');
        socket.onerror = () => reject({ name: 'error' });
      }));
      await attempt('beacon', async () => navigator.sendBeacon('${target}', '{}') ? 'sent' : 'refused');
      await attempt('frame', () => new Promise((resolve) => {
        document.querySelector('iframe').onload = () => resolve('sent');
        document.forms[0].submit();
      }));
      document.body.dataset.seen = JSON.stringify(seen);
      document.title = 'done';
    </script>`;
}
