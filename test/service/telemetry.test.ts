import { afterEach, describe, expect, it } from 'vitest';
import { hasNamespaces, type Language, toolOf } from './extension-programs.js';
import { type ExtensionServiceOptions, startExtensionService } from './extension-service.js';
import { telemetryEvent } from './telemetry-schema.js';

type Service = Awaited<ReturnType<typeof startExtensionService>>;

let service: Service | undefined;

async function open(options: ExtensionServiceOptions): Promise<Service> {
  service = await startExtensionService(options);
  return service;
}

afterEach(async () => {
  await service?.dispose();
  service = undefined;
});

/** All records that an extension received, in order, each checked against the schema. */
function recordsOf({ probe }: Service, name: string) {
  return probe
    .of(name, 'telemetry')
    .flatMap(({ value }) => value as unknown[])
    .map((record) => telemetryEvent.parse(record));
}

// The node and the python extension listen for HTTP, the one in Go for TCP.
const LANGUAGES: readonly Language[] = ['node', 'python', 'go'];

describe.each(LANGUAGES)('telemetry for an extension in %s', (language) => {
  const missing = toolOf(language) === undefined;
  it.skipIf(missing)(
    `is whole, in order and as the schema says${missing ? ` (skipped: no ${language} here)` : ''}`,
    async () => {
      const name = `${language}-probe`;
      const running = await open({ extensions: { [name]: language }, variables: { SUBSCRIBE: '1' } });
      const first = await running.invoke({ log: 'one\ntwo\nno newline' });
      const second = await running.invoke({ log: 'three\n' });
      await running.dispatcher.dispose();
      expect(running.probe.of(name, 'subscribed')[0]!.value).toEqual({ status: 200, text: '"OK"' });
      const records = recordsOf(running, name);
      const shown = records.map(({ type, record }) => (typeof record === 'string' ? record : type));
      const start = shown.indexOf('platform.start');
      // The extension and the runtime get ready side by side.
      expect(shown.slice(0, start).sort()).toEqual(
        [
          `${name} is ready\n`,
          'platform.extension',
          'platform.initReport',
          'platform.initRuntimeDone',
          'platform.initStart',
          'platform.telemetrySubscription',
        ].sort(),
      );
      expect([shown[0], shown[start - 1]]).toEqual(['platform.initStart', 'platform.initReport']);
      const around = (...texts: readonly string[]) => [
        'platform.start',
        ...texts,
        'platform.runtimeDone',
        'platform.report',
      ];
      expect(shown.slice(start)).toEqual([...around('one\n', 'two\n', 'no newline'), ...around('three\n')]);
      const ids = records.flatMap(({ type, record }) => (type === 'platform.report' ? [record.requestId] : []));
      expect(ids).toEqual([first.outcome.requestId, second.outcome.requestId]);
    },
    language === 'go' ? 240_000 : undefined,
  );
});

describe('telemetry', () => {
  const missing: string[] = (['shell', 'go'] as const).filter((language) => toolOf(language) === undefined);
  if (!hasNamespaces()) missing.push('namespaces');
  it.skipIf(missing.length > 0)(
    `reaches extensions in namespaces of their own${missing.length > 0 ? ` (skipped: no ${missing.join(', ')} here)` : ''}`,
    async () => {
      const running = await open({
        extensions: { 'go-probe': 'go', 'shell-probe': 'shell' },
        runtime: 'shell',
        isolation: 'namespace',
        variables: { SUBSCRIBE: '1' },
      });
      const { text } = await running.invoke({ is: 'echo' });
      await running.dispatcher.dispose();
      expect(text).toBe('{"is":"echo"}');
      const types = recordsOf(running, 'go-probe').map(({ type }) => type);
      expect(types.slice(types.indexOf('platform.start'))).toEqual([
        'platform.start',
        'function',
        'platform.runtimeDone',
        'platform.report',
      ]);
      const events = running.probe.of('shell-probe', 'event').map(({ value }) => value.eventType);
      expect(events).toEqual(['INVOKE', 'SHUTDOWN']);
    },
    240_000,
  );

  it('has objects for JSON logs and texts for everything else', async () => {
    const running = await open({
      extensions: { 'node-probe': 'node' },
      variables: { SUBSCRIBE: '1' },
      snapshot: { logFormat: 'JSON' },
    });
    await running.invoke({ log: '{"level":"INFO","message":"structured"}\nplain\n' });
    await running.dispatcher.dispose();
    const texts = recordsOf(running, 'node-probe').filter(({ type }) => type === 'function');
    expect(texts.map(({ record }) => record)).toEqual([{ level: 'INFO', message: 'structured' }, 'plain\n']);
  });

  it.each([
    ['a timeout', { hang: true, log: 'last words\n' }, { timeoutSeconds: 2 }, 'timeout', undefined],
    ['a crash', { exit: 3, log: 'last words\n' }, {}, 'error', 'Runtime.ExitError'],
  ])('reaches the extension before the reset after %s', async (_name, event, snapshot, status, errorType) => {
    const running = await open({ extensions: { 'node-probe': 'node' }, variables: { SUBSCRIBE: '1' }, snapshot });
    await running.invoke(event);
    await running.probe.heard(({ value }) => value.eventType === 'SHUTDOWN');
    await running.dispatcher.dispose();
    const records = recordsOf(running, 'node-probe');
    expect(records.map(({ record }) => record)).toContain('last words\n');
    const [report] = records.flatMap(({ type, record }) => (type === 'platform.report' ? [record] : []));
    expect(report).toMatchObject({ status, ...(errorType !== undefined && { errorType }) });
  });

  it('reaches an extension that ends as soon as it is told to, however long it buffers', async () => {
    const name = 'node-leaves-at-once';
    const running = await open({ extensions: { [name]: 'node' }, variables: { SUBSCRIBE: '1', BUFFER_MS: '30000' } });
    await running.invoke({ log: 'last words\n' });
    await running.dispatcher.dispose();
    const shown = recordsOf(running, name).map(({ type, record }) => (typeof record === 'string' ? record : type));
    expect(shown.slice(-4)).toEqual(['platform.start', 'last words\n', 'platform.runtimeDone', 'platform.report']);
  });

  it('refuses a subscription after init', async () => {
    const running = await open({ extensions: { 'node-late': 'node' } });
    await running.invoke({});
    expect(running.probe.of('node-late', 'late')[0]!.value).toEqual({
      status: 403,
      body: { errorType: 'Telemetry.SubscriptionClosed', errorMessage: 'Telemetry API subscription is closed' },
    });
  });

  it('goes to ten extensions at once, the same to each', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `node-${index}`);
    const extensions = Object.fromEntries(names.map((name) => [name, 'node' as const]));
    const running = await open({ extensions, variables: { SUBSCRIBE: '1' } });
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
    await running.invoke({ log: text.join('') });
    await running.dispatcher.dispose();
    for (const name of names) {
      const lines = recordsOf(running, name).filter(({ type }) => type === 'function');
      expect(lines.map(({ record }) => record)).toEqual(text);
    }
  });
});
