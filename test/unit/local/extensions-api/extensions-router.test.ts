import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiRefusal, type ExtensionsApiPort, type ReportedError } from '../../../../src/local/core/environment-api.js';
import { createExtensionsRouter } from '../../../../src/local/extensions-api/extensions-router.js';
import { type RoomServer, startRoomServer } from './room-server.js';

const IDENTIFIER = '6c1a1a4e-5a0e-4b60-8c1c-0b2f2f0f5a11';
const EVENT_ID = '11111111-2222-4333-8444-555555555555';

let server: RoomServer;
let calls: unknown[][];
let waiting: { signal: AbortSignal; deliver: () => void } | undefined;
let onNext: () => void;

const extensions: ExtensionsApiPort = {
  register(name, events) {
    calls.push(['register', name, events]);
    if (name === undefined || name === '')
      throw new ApiRefusal(403, 'Extension.InvalidExtensionName', 'Empty extension name');
    if (name === 'broken') throw new Error('a defect');
    return {
      identifier: IDENTIFIER,
      functionName: 'fn',
      functionVersion: '$LATEST',
      handler: 'index.handler',
      accountId: '111111111111',
    };
  },
  next(identifier, signal) {
    calls.push(['next', identifier]);
    if (identifier === undefined) {
      throw new ApiRefusal(403, 'Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    }
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const event = { eventType: 'SHUTDOWN', deadlineMs: 1700000000000, shutdownReason: 'spindown' } as const;
      waiting = { signal, deliver: () => resolve({ eventId: EVENT_ID, event }) };
      onNext();
    });
  },
  initError: (identifier, error) => recordReport('initError', identifier, error),
  exitError: (identifier, error) => recordReport('exitError', identifier, error),
};

function recordReport(name: string, identifier: string | undefined, error: ReportedError): void {
  calls.push([name, identifier, error.errorTypeHeader, Buffer.from(error.body).toString()]);
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/2020-01-01/extension/${path}`, { method: 'POST', body, headers });
}

beforeEach(async () => {
  calls = [];
  waiting = undefined;
  onNext = () => undefined;
  server = await startRoomServer(createExtensionsRouter(extensions));
});
afterEach(() => server.close());

describe('register', () => {
  const name = { 'Lambda-Extension-Name': 'probe' };

  it('answers with the identifier and the function', async () => {
    const response = await post('register', '{"events":["INVOKE","SHUTDOWN"]}', name);
    expect(response.status).toBe(200);
    expect(response.headers.get('Lambda-Extension-Identifier')).toBe(IDENTIFIER);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(await response.text()).toBe('{"functionName":"fn","functionVersion":"$LATEST","handler":"index.handler"}');
    expect(calls).toEqual([['register', 'probe', ['INVOKE', 'SHUTDOWN']]]);
  });

  it('names the account when the extension asks for that feature', async () => {
    const response = await post('register', '{}', { ...name, 'Lambda-Extension-Accept-Feature': 'other, accountId' });
    expect(await response.json()).toMatchObject({ accountId: '111111111111' });
    expect(calls).toEqual([['register', 'probe', []]]);
  });

  it.each([
    ['no name', '{}', {}, 'Extension.InvalidExtensionName', 'Empty extension name'],
    ['no name and no body', '', {}, 'Extension.InvalidExtensionName', 'Empty extension name'],
    ['an empty body', '', name, 'InvalidRequestFormat', 'Unexpected end of JSON input'],
    ['a list', '[]', name, 'InvalidRequestFormat', 'the request body must be a JSON object'],
    [
      'events that are no list',
      '{"events":"INVOKE"}',
      name,
      'InvalidRequestFormat',
      'events must be a list of strings',
    ],
    [
      'configuration keys',
      '{"events":[],"configurationKeys":["A"]}',
      name,
      'InvalidRequestFormat',
      'configurationKeys are deprecated; use environment variables instead',
    ],
  ])('refuses %s', async (_name, body, headers, errorType, errorMessage) => {
    const response = await post('register', body, headers as Record<string, string>);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ errorMessage, errorType });
  });

  it('answers 500 when something of ours is broken', async () => {
    const response = await post('register', '{}', { 'Lambda-Extension-Name': 'broken' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ errorMessage: 'Internal Server Error', errorType: 'InternalServerError' });
  });

  it('refuses a body that is far too long', async () => {
    const response = await post('register', 'x'.repeat(1024 * 1024 + 1), name);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errorType: 'RequestEntityTooLarge' });
  });
});

describe('event/next', () => {
  it('waits for the event and answers with its identifier', async () => {
    onNext = () => waiting!.deliver();
    const response = await fetch(`${server.url}/2020-01-01/extension/event/next`, {
      headers: { 'Lambda-Extension-Identifier': IDENTIFIER },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('Lambda-Extension-Event-Identifier')).toBe(EVENT_ID);
    expect(await response.text()).toBe(
      '{"eventType":"SHUTDOWN","deadlineMs":1700000000000,"shutdownReason":"spindown"}',
    );
    expect(calls).toEqual([['next', IDENTIFIER]]);
  });

  it('tells of the shutdown only after what has to happen before it', async () => {
    let isReady = false;
    const beforeShutdown = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isReady = true;
    };
    const patient = await startRoomServer(createExtensionsRouter(extensions, { beforeShutdown }));
    onNext = () => waiting!.deliver();
    const response = await fetch(`${patient.url}/2020-01-01/extension/event/next`, {
      headers: { 'Lambda-Extension-Identifier': IDENTIFIER },
    });
    expect([response.status, isReady]).toEqual([200, true]);
    await patient.close();
  });

  it('refuses a call without identifier', async () => {
    const response = await fetch(`${server.url}/2020-01-01/extension/event/next`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errorType: 'Extension.MissingExtensionIdentifier' });
  });

  it('gives the wait up when the extension hangs up', async () => {
    const arrived = new Promise<void>((resolve) => {
      onNext = resolve;
    });
    const [host, port] = server.address.split(':');
    const socket = connect(Number(port), host);
    socket.write(
      `GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: x\r\nLambda-Extension-Identifier: ${IDENTIFIER}\r\n\r\n`,
    );
    await arrived;
    const { signal } = waiting!;
    expect(signal.aborted).toBe(false);
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    socket.destroy();
    await aborted;
  });
});

describe('init/error and exit/error', () => {
  it.each([
    ['init/error', 'initError'],
    ['exit/error', 'exitError'],
  ])('%s passes the report on', async (path, call) => {
    const response = await post(path, '{"errorMessage":"x"}', {
      'Lambda-Extension-Identifier': IDENTIFIER,
      'Lambda-Extension-Function-Error-Type': 'Extension.Broken',
    });
    expect(response.status).toBe(202);
    expect(await response.text()).toBe('{"status":"OK"}');
    expect(calls).toEqual([[call, IDENTIFIER, 'Extension.Broken', '{"errorMessage":"x"}']]);
  });

  it('takes a report without body and headers as it is', async () => {
    await post('exit/error', '');
    expect(calls).toEqual([['exitError', undefined, undefined, '']]);
  });
});

describe('routing', () => {
  it.each([
    ['GET', 'register', 405],
    ['POST', 'event/next', 405],
    ['GET', 'init/error', 405],
    ['POST', 'unknown', 404],
    ['POST', 'toString', 404],
    ['GET', '../../2018-06-01/runtime/invocation/next', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const response = await fetch(`${server.url}/2020-01-01/extension/${path}`, { method });
    expect(response.status).toBe(status);
    expect(calls).toEqual([]);
  });
});
