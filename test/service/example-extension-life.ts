import { expect } from 'vitest';
import type { TimedPlatformEvent } from '../../src/local/core/platform-event.js';
import type { ExampleExtension } from './example-extensions.js';
import { type ExtensionServiceOptions, startExtensionService } from './extension-service.js';

export type ExampleService = Awaited<ReturnType<typeof startExtensionService>>;

export interface Life {
  readonly extensions: readonly ExampleExtension[];
  readonly events: readonly unknown[];
  readonly options?: Omit<ExtensionServiceOptions, 'extensions'>;
}

/**
 * Runs invocations with some of the extensions, ends the environment and checks that each of them registered,
 * saw every invocation and SHUTDOWN, and came to its own end before it would have been killed for being late.
 */
export async function liveWith({ extensions, events, options = {} }: Life) {
  const service = await startExtensionService({
    ...options,
    install: async (folders) => {
      for (const extension of extensions) await extension.install(folders.layer);
      await options.install?.(folders);
    },
  });
  try {
    const requestIds: string[] = [];
    const answers: string[] = [];
    for (const event of events) {
      const { outcome, report, text } = await service.invoke(event);
      expect(report, text).toMatchObject({ status: 'success' });
      requestIds.push(outcome.requestId);
      answers.push(text);
    }
    const ready = service.events.flatMap(({ event }) => (event.type === 'platform.extension' ? [event] : []));
    await service.dispatcher.dispose();
    for (const { name, isShutdownOnly } of extensions) {
      expect(ready.filter((event) => event.name === name)).toMatchObject([
        { state: 'Ready', events: isShutdownOnly ? ['SHUTDOWN'] : ['INVOKE', 'SHUTDOWN'] },
      ]);
      const lines = linesOf(service.events, name).filter((line) => /^(registered|INVOKE|SHUTDOWN|bye)/.test(line));
      expect(lines, `${name}: ${linesOf(service.events, name).join('; ')}`).toEqual([
        'registered for fn',
        ...(isShutdownOnly ? [] : requestIds.map((id) => `INVOKE ${id}`)),
        'SHUTDOWN spindown',
        'bye',
      ]);
    }
    return { answers, requestIds, lines: (name: string) => linesOf(service.events, name) };
  } finally {
    await service.dispose();
  }
}

/** What a program wrote about itself. */
function linesOf(events: readonly TimedPlatformEvent[], name: string): readonly string[] {
  const text = events
    .flatMap(({ event }) => (event.type === 'extension' || event.type === 'function' ? [String(event.text)] : []))
    .join('');
  return text
    .split('\n')
    .filter((line) => line.startsWith(`[${name}] `))
    .map((line) => line.slice(name.length + 3));
}
