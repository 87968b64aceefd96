import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ExtensionRegistry } from '../../../../../src/local/core/environment/extension-registry.js';

const signal = new AbortController().signal;

function open(externalNames: readonly string[] = ['watcher']) {
  const progress: string[] = [];
  const registry = new ExtensionRegistry({
    externalNames,
    functionName: 'fn',
    functionVersion: '$LATEST',
    handler: 'index.handler',
    accountId: '123456789012',
    newId: randomUUID,
    onProgress: ({ name, state }) => progress.push(`${name} ${state}`),
    onError: ({ name, errorType }) => progress.push(`${name} failed: ${errorType}`),
  });
  return { registry, progress };
}

const refused = (errorType: string, message: string) =>
  expect.objectContaining({ status: 403, errorType: `Extension.${errorType}`, message });

const error = (errorTypeHeader: string | undefined) => ({
  errorTypeHeader,
  body: Buffer.alloc(0),
  contentType: undefined,
});

describe('registration', () => {
  it('tells an extension what it belongs to', () => {
    const { registry, progress } = open();
    expect(registry.register('watcher', ['INVOKE', 'SHUTDOWN', 'INVOKE'])).toEqual({
      identifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionName: 'fn',
      functionVersion: '$LATEST',
      handler: 'index.handler',
      accountId: '123456789012',
    });
    expect(registry.find('watcher')?.events).toEqual(['INVOKE', 'SHUTDOWN']);
    expect(progress).toEqual(['watcher Registered']);
  });

  it.each([undefined, ''])('needs a name: %s', (name) => {
    expect(() => open().registry.register(name, [])).toThrow(refused('InvalidExtensionName', 'Empty extension name'));
  });

  it('knows two events, one of them not for internal extensions', () => {
    const { registry } = open();
    const type = 'InvalidEventType';
    expect(() => registry.register('watcher', ['INVOKE', 'START'])).toThrow(
      refused(type, 'START: ErrorInvalidEventType'),
    );
    expect(() => registry.register('internal', ['SHUTDOWN'])).toThrow(
      refused(type, 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension'),
    );
    expect(registry.find('watcher')?.state).toBe('Started');
  });

  it('is refused a second time', () => {
    const { registry } = open();
    registry.register('watcher', []);
    registry.register('internal', ['INVOKE']);
    expect(() => registry.register('watcher', [])).toThrow(
      refused(
        'InvalidExtensionState',
        'State transition from Registered to Registered failed for extension watcher. Error: State transition is not allowed',
      ),
    );
    expect(() => registry.register('internal', [])).toThrow(
      refused('InvalidExtensionState', 'Extension with this name already registered'),
    );
  });

  it('is for ten extensions, external and internal together', () => {
    const { registry } = open(Array.from({ length: 6 }, (_, index) => `external-${index}`));
    for (let index = 0; index < 4; index++) registry.register(`internal-${index}`, []);
    expect(() => registry.register('one-more', [])).toThrow(
      refused('TooManyExtensions', 'Extension limit (10) reached'),
    );
  });

  it('counts external extensions, too', () => {
    const externalNames = Array.from({ length: 11 }, (_, index) => `external-${index}`);
    const { registry } = open(externalNames);
    for (const name of externalNames.slice(1)) registry.register(name, []);
    expect(() => registry.register('external-0', [])).toThrow(
      refused('TooManyExtensions', 'Extension limit (10) reached'),
    );
  });

  it('ends with init', () => {
    const { registry } = open();
    registry.closeRegistration();
    expect(() => registry.register('late', [])).toThrow(
      refused('RegistrationClosed', 'Extension registration closed already'),
    );
  });
});

describe('an identifier', () => {
  it.each([
    [undefined, 'MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header'],
    ['', 'MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header'],
    ['x', 'InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier'],
    [
      '00000000-0000-0000-0000-000000000000',
      'UnknownExtensionIdentifier',
      'Unknown extension 00000000-0000-0000-0000-000000000000',
    ],
  ])('%s is refused', (identifier, type, message) => {
    const { registry } = open();
    expect(() => registry.next(identifier, signal)).toThrow(refused(type, message));
    expect(() => registry.initError(identifier, error('E'))).toThrow(refused(type, message));
    expect(() => registry.exitError(identifier, error('E'))).toThrow(refused(type, message));
  });
});

describe('an extension', () => {
  function registered() {
    const { registry, progress } = open();
    const { identifier } = registry.register('watcher', ['INVOKE']);
    return { registry, progress, identifier, extension: registry.find('watcher')! };
  }

  const invoke = {
    eventType: 'INVOKE',
    deadlineMs: 1,
    requestId: 'id',
    invokedFunctionArn: 'arn',
    tracing: { type: 'X-Amzn-Trace-Id', value: '' },
  } as const;

  it('waits for an event, gets it, and is ready again when it asks for the next one', async () => {
    const { registry, identifier, extension } = registered();
    const waiting = registry.next(identifier, signal);
    expect(registry.isEveryReady).toBe(true);
    registry.broadcast(invoke);
    expect(registry.isEveryReady).toBe(false);
    expect(extension.state).toBe('Running');
    expect((await waiting).event).toBe(invoke);
    registry.next(identifier, signal).catch(() => undefined);
    expect(registry.isEveryReady).toBe(true);
    registry.close();
  });

  it('that lost its connection gets the event with its next call, and is not ready before', async () => {
    const { registry, identifier } = registered();
    const controller = new AbortController();
    const lost = registry.next(identifier, controller.signal);
    controller.abort();
    await expect(lost).rejects.toThrow();
    registry.broadcast(invoke);
    expect(registry.isEveryReady).toBe(false);
    expect((await registry.next(identifier, signal)).event).toBe(invoke);
  });

  it('is not told what it did not subscribe to', () => {
    const { registry, identifier, extension } = registered();
    registry.next(identifier, signal).catch(() => undefined);
    registry.broadcast({ eventType: 'SHUTDOWN', deadlineMs: 1, shutdownReason: 'spindown' });
    expect(extension.state).toBe('Ready');
    registry.close();
  });

  it('must say which error it has', () => {
    const { registry, identifier } = registered();
    for (const header of [undefined, '']) {
      expect(() => registry.initError(identifier, error(header))).toThrow(
        refused('MissingHeader', 'Lambda-Extension-Function-Error-Type not found'),
      );
    }
  });

  it('may repeat its error but do nothing else after it', () => {
    const { registry, identifier, extension } = registered();
    registry.exitError(identifier, error('Extension.First'));
    registry.exitError(identifier, error('Extension.Second'));
    expect(extension.errorType).toBe('Extension.First');
    expect(() => registry.next(identifier, signal)).toThrow('from ExitError to Ready failed for extension watcher');
    expect(() => registry.initError(identifier, error('E'))).toThrow('from ExitError to InitError');
  });

  it('cannot report an init error once it asked for an event', () => {
    const { registry, identifier } = registered();
    registry.next(identifier, signal).catch(() => undefined);
    expect(() => registry.initError(identifier, error('E'))).toThrow('from Ready to InitError failed');
    registry.exitError(identifier, error('E'));
    registry.close();
  });
});
