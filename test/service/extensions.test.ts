import { afterEach, describe, expect, it } from 'vitest';
import { type Language, toolOf } from './extension-programs.js';
import { type ExtensionServiceOptions, startExtensionService } from './extension-service.js';

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

const LANGUAGES: readonly Language[] = ['node', 'python', 'shell', 'go'];

describe.each(LANGUAGES)('an external extension in %s', (language) => {
  const missing = toolOf(language) === undefined;
  it.skipIf(missing)(
    `registers, gets INVOKE and SHUTDOWN, and ends in time${missing ? ` (skipped: no ${language} here)` : ''}`,
    async () => {
      const name = `${language}-probe`;
      const { invoke, probe, events, dispatcher } = await open({ extensions: { [name]: language } });
      const { outcome, report } = await invoke({ log: 'hello\n' });
      expect(report.status).toBe('success');
      expect(probe.of(name, 'registered')[0]!.value).toMatchObject({
        functionName: 'fn',
        functionVersion: '$LATEST',
        handler: 'bootstrap',
      });
      const startedAt = performance.now();
      await dispatcher.dispose();
      expect(performance.now() - startedAt).toBeLessThan(2500);
      expect(probe.of(name, 'event').map(({ value }) => value)).toEqual([
        {
          eventType: 'INVOKE',
          deadlineMs: expect.any(Number),
          requestId: outcome.requestId,
          invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:fn',
          tracing: { type: 'X-Amzn-Trace-Id', value: expect.stringContaining('Root=1-') },
        },
        { eventType: 'SHUTDOWN', deadlineMs: expect.any(Number), shutdownReason: 'spindown' },
      ]);
      const texts = events.flatMap(({ event }) => (event.type === 'extension' ? [event.text] : []));
      expect(texts).toEqual([`${name} is ready\n`]);
      expect(events.find(({ event }) => event.type === 'platform.extension')?.event).toMatchObject({
        name,
        state: 'Ready',
        events: ['INVOKE', 'SHUTDOWN'],
      });
    },
    language === 'go' ? 240_000 : undefined,
  );
});

describe('extensions', () => {
  it('tells the account to an extension that asks for it', async () => {
    const { invoke, probe } = await open({ extensions: { 'node-probe': 'node' } });
    await invoke({});
    expect(probe.of('node-probe', 'registered')[0]!.value).toMatchObject({ status: 200, accountId: '123456789012' });
  });

  it('runs ten extensions at once; each gets every event', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `node-${index}`);
    const extensions = Object.fromEntries(names.map((name) => [name, 'node' as const]));
    const { invoke, probe, dispatcher } = await open({ extensions });
    await invoke({});
    await invoke({});
    await dispatcher.dispose();
    for (const name of names) {
      expect(probe.of(name, 'event').map(({ value }) => value.eventType)).toEqual(['INVOKE', 'INVOKE', 'SHUTDOWN']);
    }
  });

  it('runs an internal extension beside an external one', async () => {
    const { invoke, events } = await open({ extensions: { 'node-probe': 'node' }, variables: { INTERNAL: '1' } });
    const { report } = await invoke({});
    expect(report.status).toBe('success');
    const registered = events.flatMap(({ event }) => (event.type === 'platform.extension' ? [event.name] : []));
    expect(registered.sort()).toEqual(['inside', 'node-probe']);
    expect(events.some(({ event }) => event.type === 'function' && event.text === 'inside got INVOKE\n')).toBe(true);
  });

  it.each([
    ['node-crash-in-init', 'Extension.Crash'],
    ['node-init-error', 'Extension.Broken'],
  ])('fails the init when an extension does: %s', async (name, errorType) => {
    const { invoke, events } = await open({ extensions: { [name]: 'node' } });
    const { outcome, report, text } = await invoke({});
    expect(outcome.functionError).toBe('Unhandled');
    expect(JSON.parse(text)).toMatchObject({ errorType });
    expect(report).toMatchObject({ errorType });
    const inits = events.flatMap(({ event }) => (event.type === 'platform.initReport' ? [event.phase] : []));
    expect(inits).toEqual(['init', 'invoke']);
  });

  it.each([
    ['node-crash-in-invoke', 'Extension.Crash'],
    ['node-exit-in-invoke', 'Extension.Crash'],
    ['node-exit-error', 'Extension.Broken'],
  ])('fails the invocation when an extension ends in it: %s', async (name, errorType) => {
    const { invoke } = await open({ extensions: { [name]: 'node' } });
    const { outcome, report, text } = await invoke({ hang: true });
    expect(outcome.functionError).toBe('Unhandled');
    expect(JSON.parse(text)).toMatchObject({ errorType });
    expect(report).toMatchObject({ errorType });
  });

  it('gives an extension that never becomes ready no more than the time for init', async () => {
    const { invoke, events } = await open({
      extensions: { 'node-never-ready': 'node' },
      settings: { initTimeoutMs: 1500 },
      snapshot: { timeoutSeconds: 1 },
    });
    const { report, text } = await invoke({});
    expect(JSON.parse(text)).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(report.status).toBe('timeout');
    const inits = events.flatMap(({ event }) => (event.type === 'platform.initReport' ? [event] : []));
    expect(inits.map(({ phase, status }) => [phase, status])).toEqual([
      ['init', 'timeout'],
      ['invoke', 'timeout'],
    ]);
  });

  it('tells the extensions that the function timed out, and starts them anew for the next invocation', async () => {
    const { invoke, probe } = await open({ extensions: { 'node-probe': 'node' }, snapshot: { timeoutSeconds: 2 } });
    const { report } = await invoke({ hang: true });
    expect(report.status).toBe('timeout');
    const shutdown = await probe.heard(({ value }) => value.eventType === 'SHUTDOWN');
    expect(shutdown.value.shutdownReason).toBe('timeout');
    expect((await invoke({})).report.status).toBe('success');
    expect(probe.of('node-probe', 'registered')).toHaveLength(2);
  });

  it('tells the extensions that the runtime crashed', async () => {
    const { invoke, probe } = await open({ extensions: { 'node-probe': 'node' } });
    const { text } = await invoke({ exit: 3 });
    expect(JSON.parse(text)).toMatchObject({ errorType: 'Runtime.ExitError' });
    const shutdown = await probe.heard(({ value }) => value.eventType === 'SHUTDOWN');
    expect(shutdown.value.shutdownReason).toBe('failure');
  });

  it('kills an extension that does not end within two seconds', async () => {
    const { invoke, dispatcher } = await open({ extensions: { 'node-ignores-shutdown': 'node' } });
    await invoke({});
    const startedAt = performance.now();
    await dispatcher.dispose();
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThan(1500);
    expect(tookMs).toBeLessThan(3500);
  });
});
