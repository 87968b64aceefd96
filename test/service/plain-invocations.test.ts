import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodePackage, ROLE, startTestService, type TestService } from './local-service-kit.js';

const SIGNED = `Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
const SIGNED_FOR_IAM = SIGNED.replace('/lambda/', '/iam/');
const TARGET = '/2015-03-31/functions/plain/invocations';

/** Sends one request in as many pieces as given and reads its whole answer; a request in one piece is not read by node:http. */
async function exchange(endpoint: string, pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let text = '';
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const headEnd = text.indexOf('\r\n\r\n');
      const length = Number(/^content-length: (\d+)\r?$/im.exec(text)?.[1] ?? 0);
      if (headEnd >= 0 && text.length >= headEnd + 4 + length) resolve();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    // The next piece comes in a read of its own.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await answered;
  socket.destroy();
  return text;
}

/** Status, the headers that the API decides on, and the body, without what is new each time. */
function comparable(answer: string) {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [status, ...lines] = head.split('\r\n');
  const headers = lines
    .map((line) => line.split(': '))
    .map(([name = '', value = '']) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !['connection', 'keep-alive'].includes(name))
    .map(([name, value]) => `${name}: ${['date', 'x-amzn-requestid', 'x-amz-log-result'].includes(name) ? '*' : value}`)
    .map((line) => (line.startsWith('x-amzn-trace-id') ? line.replaceAll(/[0-9a-f]{8,}/g, '*') : line))
    .sort();
  return { status, headers, body: rest.join('\r\n\r\n') };
}

describe('an invocation that comes in one piece', () => {
  let service: TestService;
  let host: string;
  beforeAll(async () => {
    service = await startTestService();
    host = new URL(service.endpoint).host;
    const client = new LambdaClient({
      endpoint: service.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const source = `export const handler = async (event) => { if (event.fails) throw new Error('bad'); return event; };`;
    await client.send(
      new CreateFunctionCommand({
        FunctionName: 'plain',
        Role: ROLE,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: nodePackage(source) },
      }),
    );
    client.destroy();
    // The first invocation has an init of its own.
    await exchange(service.endpoint, [request({})]);
  });
  afterAll(() => service.dispose());

  interface Request {
    readonly target?: string;
    readonly hostHeader?: string;
    readonly headers?: readonly string[];
    readonly body?: string;
  }

  function request({ target = TARGET, hostHeader = host, headers = [SIGNED], body = '{"a":"é"}' }: Request): string {
    const wire = Buffer.from(body).toString('latin1');
    return [
      `POST ${target} HTTP/1.1`,
      `Host: ${hostHeader}`,
      ...headers,
      `Content-Length: ${wire.length}`,
      '',
      wire,
    ].join('\r\n');
  }

  it.each<readonly [string, Request, number]>([
    ['a success', {}, 200],
    ['a success with its log', { headers: [SIGNED, 'X-Amz-Log-Type: Tail'] }, 200],
    ['an error of the function', { body: '{"fails":true}' }, 200],
    ['no payload', { body: '' }, 200],
    ['a qualifier', { target: `${TARGET}?Qualifier=%24LATEST` }, 200],
    [
      'an ARN',
      { target: TARGET.replace('plain', 'arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aplain') },
      200,
    ],
    ['an event', { headers: [SIGNED, 'X-Amz-Invocation-Type: Event'] }, 202],
    ['a dry run', { headers: [SIGNED, 'X-Amz-Invocation-Type: DryRun'] }, 204],
    ['a payload that is not JSON', { body: '{"a"' }, 400],
    ['an unknown invocation type', { headers: [SIGNED, 'X-Amz-Invocation-Type: Sometimes'] }, 400],
    ['an unknown function', { target: TARGET.replace('plain', 'nobody') }, 404],
    ['an unknown version', { target: `${TARGET}?Qualifier=7` }, 404],
    ['no signature', { headers: [] }, 403],
    ['half a signature', { headers: [SIGNED.slice(0, 60)] }, 403],
    ['a signature for a service that is not here', { headers: [SIGNED_FOR_IAM] }, 404],
    ['a host of a web page', { hostHeader: '127.evil.com' }, 403],
    ['a request of a web page', { headers: [SIGNED, 'Sec-Fetch-Site: cross-site'] }, 403],
    ['an origin', { headers: [SIGNED, 'Origin: http://evil.test'] }, 403],
  ])('gets the answer that node:http would give it: %s', async (_what, options, status) => {
    const whole = request(options);
    const middle = Math.floor(whole.length / 2);
    const plain = comparable(await exchange(service.endpoint, [whole]));
    const parsed = comparable(await exchange(service.endpoint, [whole.slice(0, middle), whole.slice(middle)]));
    const withoutIds = (body: string) => body.replaceAll(/[0-9a-f-]{36}/g, '*');
    expect(plain.status).toContain(` ${status} `);
    expect({ ...plain, body: withoutIds(plain.body) }).toEqual({ ...parsed, body: withoutIds(parsed.body) });
  });

  it('shares its connection with every other request', async () => {
    const list = `GET /2015-03-31/functions/ HTTP/1.1\r\nHost: ${host}\r\n${SIGNED}\r\n\r\n`;
    const id = randomUUID();
    const socket = net.connect({ host: '127.0.0.1', port: Number(new URL(service.endpoint).port) });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    const until = async (part: string) => {
      while (!text.includes(part)) await once(socket, 'data');
      text = '';
    };
    socket.write(request({ body: JSON.stringify({ id }) }));
    await until(id);
    socket.write(list);
    await until('"FunctionName":"plain"');
    socket.write(request({ body: '{"again":1}' }));
    await until('{"again":1}');
    socket.destroy();
  });

  it('waits for no caller when the service ends', async () => {
    const other = await startTestService();
    const idle = net.connect({ host: '127.0.0.1', port: Number(new URL(other.endpoint).port) });
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    await other.dispose();
    await closed;
    expect(idle.destroyed).toBe(true);
  });
});
