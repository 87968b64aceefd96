import { randomUUID } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createDispatcher } from '../../../src/local/core/dispatcher.js';
import type { InvocationOutcome } from '../../../src/local/core/invocation.js';
import { openEnvironmentListener } from '../../../src/local/runtime-api/environment-listener.js';
import { createSupervisor } from '../../../src/local/supervisor/supervisor.js';
import { systemClock } from '../../../src/system/clock.js';
import { createTempFolder } from '../../../src/system/temp-folder.js';
import { createRequest } from '../../service/lifecycle-service.js';

export interface ClientFunctionOptions {
  /** Shell text of the function's `bootstrap`: starts the client under test. */
  readonly bootstrap: string;
  readonly handler?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly memorySizeMb?: number;
}

export interface ClientAnswer {
  readonly outcome: InvocationOutcome;
  readonly text: string;
  readonly json: unknown;
  readonly requestId: string;
  readonly log: string;
}

/** A custom-runtime function behind the real dispatcher, supervisor and Runtime API; stopped when the test ends. */
export async function startClientFunction(options: ClientFunctionOptions) {
  const folder = await createTempFolder('conformance');
  const work = await createTempFolder('conformance-work');
  const file = path.join(folder.path, 'bootstrap');
  await writeFile(file, `#!/bin/sh\n${options.bootstrap}\n`);
  await chmod(file, 0o755);
  const supervisor = createSupervisor({
    workFolder: work.path,
    cacheFolder: path.join(work.path, 'cache'),
    // The clients lie in folders of this machine that namespaces would hide.
    isolation: 'process',
    enforceMemory: false,
  });
  let log = '';
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher: supervisor,
    openListener: (environment) => openEnvironmentListener(environment),
    sink: (_identity, { event }) => {
      if (event.type === 'function') log += event.text;
    },
    newId: randomUUID,
  });
  onTestFinished(async () => {
    await dispatcher.dispose();
    await supervisor.dispose();
    await folder.remove();
    await work.remove();
  });
  const request = (event: unknown) =>
    createRequest(event, {
      snapshot: {
        runtime: 'provided.al2023',
        handler: options.handler ?? 'index.handler',
        codeFolder: folder.path,
        environment: options.environment ?? {},
        memorySizeMb: options.memorySizeMb ?? 512,
        timeoutSeconds: 30,
      },
    });
  const limits = { unreserved: 10 };
  return {
    async invoke(event: unknown): Promise<ClientAnswer> {
      const asked = request(event);
      const { outcome } = await dispatcher.invoke(asked, limits).completion;
      const text = Buffer.from(outcome.payload).toString('utf8');
      return { outcome, text, json: parse(text), requestId: asked.requestId, log };
    },
    async stream(event: unknown): Promise<ClientAnswer & { readonly contentType: string }> {
      const asked = request(event);
      const streaming = dispatcher.invokeStreaming(asked, limits);
      const { contentType } = await streaming.head;
      const chunks: Uint8Array[] = [];
      for await (const chunk of streaming.body) chunks.push(chunk);
      const { outcome } = await streaming.completion;
      const text = Buffer.concat(chunks).toString('utf8');
      return { outcome, text, json: parse(text), requestId: asked.requestId, log, contentType };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
