import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createDispatcher, type DispatcherSettings } from '../../src/local/core/dispatcher.js';
import type { EnvironmentApi } from '../../src/local/core/environment-api.js';
import type { FunctionSnapshot } from '../../src/local/core/function-snapshot.js';
import type { TimedPlatformEvent } from '../../src/local/core/platform-event.js';
import type { PlatformEventSink } from '../../src/local/core/platform-event-sink.js';
import { createExtensionsRouter } from '../../src/local/extensions-api/extensions-router.js';
import { openEnvironmentListener } from '../../src/local/runtime-api/environment-listener.js';
import { createSupervisor } from '../../src/local/supervisor/supervisor.js';
import { createTelemetryApi } from '../../src/local/telemetry-api/telemetry-api.js';
import { systemClock } from '../../src/system/clock.js';
import { createTempFolder } from '../../src/system/temp-folder.js';
import { installExtension, installRuntime, type Language } from './extension-programs.js';
import { createRequest, type InvocationOverrides } from './lifecycle-service.js';

export interface ExtensionServiceOptions {
  /** External extensions: name in /opt/extensions and the language of the fixture. */
  readonly extensions?: Readonly<Record<string, Language>>;
  /** Puts further programs into the folders of the layer and the code. */
  readonly install?: (folders: { readonly layer: string; readonly code: string }) => Promise<void>;
  /** Language of the fixture runtime; default node. */
  readonly runtime?: 'node' | 'shell';
  /** Default `process`, where scripts find the interpreters of this machine. */
  readonly isolation?: 'process' | 'namespace';
  /** Variables of the function; extensions see them too. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly snapshot?: Partial<FunctionSnapshot>;
  readonly settings?: Partial<DispatcherSettings>;
  readonly onEvent?: PlatformEventSink;
}

/** What an extension told of itself. */
export interface Told {
  readonly name: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly value: any;
}

/** Dispatcher, supervisor and all three rooms, with real extensions that tell a probe what they see. */
export async function startExtensionService(options: ExtensionServiceOptions) {
  const folder = await createTempFolder('extensions');
  const codeFolder = path.join(folder.path, 'code');
  const layerFolder = path.join(folder.path, 'layer');
  await installPrograms(options, { codeFolder, layerFolder }).catch(async (error: unknown) => {
    await folder.remove();
    throw error;
  });
  const probe = await startProbe();
  const supervisor = createSupervisor({
    workFolder: path.join(folder.path, 'work'),
    cacheFolder: path.join(folder.path, 'cache'),
    isolation: options.isolation ?? 'process',
  });
  const events: TimedPlatformEvent[] = [];
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: supervisor,
    openListener,
    sink: (identity, event, logSettings) => {
      events.push(event);
      options.onEvent?.(identity, event, logSettings);
    },
    newId: randomUUID,
    ...(options.settings !== undefined && { settings: options.settings }),
  });
  const snapshot: Partial<FunctionSnapshot> = {
    runtime: 'provided.al2023',
    handler: 'bootstrap',
    // Ten interpreters side by side must not run into the memory limit.
    memorySizeMb: 3008,
    codeFolder,
    layerFolders: [layerFolder],
    environment: { PROBE_URL: probe.url, ...options.variables },
    ...options.snapshot,
  };
  return {
    dispatcher,
    events,
    probe,
    async invoke(event: unknown, overrides: InvocationOverrides = {}) {
      const request = createRequest(event, { ...overrides, snapshot: { ...snapshot, ...overrides.snapshot } });
      const { outcome, report, logTail } = await dispatcher.invoke(request, { unreserved: 1000 }).completion;
      return { outcome, report, logTail, text: Buffer.from(outcome.payload).toString('utf8') };
    },
    async dispose() {
      await dispatcher.dispose();
      await supervisor.dispose();
      await probe.close();
      await folder.remove();
    },
  };
}

async function installPrograms(
  { runtime = 'node', extensions = {}, install }: ExtensionServiceOptions,
  { codeFolder, layerFolder }: { readonly codeFolder: string; readonly layerFolder: string },
): Promise<void> {
  await Promise.all([mkdir(codeFolder), mkdir(layerFolder)]);
  await installRuntime(codeFolder, runtime);
  for (const [name, language] of Object.entries(extensions)) await installExtension(layerFolder, name, language);
  await install?.({ layer: layerFolder, code: codeFolder });
}

async function openListener(environment: EnvironmentApi) {
  const telemetry = createTelemetryApi({ source: environment.telemetry, clock: systemClock });
  const extensions = createExtensionsRouter(environment.extensions, { beforeShutdown: () => telemetry.flush() });
  const routers = [extensions, telemetry.router];
  const listener = await openEnvironmentListener(environment, routers);
  return {
    ...listener,
    async close() {
      telemetry.dispose();
      await listener.close();
    },
  };
}

/** Takes what the extensions tell, in the order in which it comes. */
async function startProbe() {
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    told.push(JSON.parse(Buffer.concat(chunks).toString()) as Told);
    response.end();
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    of: (name: string, kind: string) => told.filter((entry) => entry.name === name && entry.kind === kind),
    /** Resolves as soon as `matches` holds for something that was told. */
    heard: (matches: (entry: Told) => boolean) =>
      new Promise<Told>((resolve) => {
        const look = () => {
          const found = told.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
