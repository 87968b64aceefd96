import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDispatcher, type DispatcherSettings } from '../../src/local/core/dispatcher.js';
import type { FunctionSnapshot } from '../../src/local/core/function-snapshot.js';
import type { ConcurrencyLimits, InvocationRequest } from '../../src/local/core/invocation.js';
import type { PlatformEvent } from '../../src/local/core/platform-event.js';
import {
  type EnvironmentHost,
  type EnvironmentLauncher,
  type HostRequest,
  type LaunchedProcess,
  LaunchFailure,
  type ProcessEvents,
} from '../../src/local/core/ports.js';
import { createExtensionsRouter } from '../../src/local/extensions-api/extensions-router.js';
import { openEnvironmentListener } from '../../src/local/runtime-api/environment-listener.js';
import { systemClock } from '../../src/system/clock.js';

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '../fixtures/lifecycle');

export interface LifecycleServiceOptions {
  readonly settings?: Partial<DispatcherSettings>;
  /** External extensions: name and what they are told by variables. */
  readonly extensions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Variables of the runtime; INIT_DO says what it does in init. */
  readonly variables?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** The launch of the runtime fails. */
  readonly launchFailure?: LaunchFailure;
}

const limits: ConcurrencyLimits = { unreserved: 1000 };

/** A dispatcher with real processes, real sockets and the fixture runtime; collects every event. */
export function createLifecycleService(options: LifecycleServiceOptions = {}) {
  const pids = new Set<number>();
  const runtimePids: number[] = [];
  const events: { readonly environmentId: string; readonly event: PlatformEvent }[] = [];
  const launcher: EnvironmentLauncher = {
    open: async (request) =>
      createHost(options, { ...request, runtimeApi: await request.openRuntimeApi() }, { pids, runtimePids }),
  };
  const dispatcher = createDispatcher({
    clock: systemClock,
    launcher,
    openListener: (environment) =>
      openEnvironmentListener(environment, [createExtensionsRouter(environment.extensions)]),
    sink: ({ environmentId }, { event }) => events.push({ environmentId, event }),
    newId: randomUUID,
    ...(options.settings !== undefined && { settings: options.settings }),
  });
  return {
    dispatcher,
    events,
    /** Process ids that were started and have not ended. */
    pids,
    /** Runtime processes in the order of their start. */
    runtimePids,
    types: () => events.map(({ event }) => event.type),
    start: (event: unknown, overrides: InvocationOverrides = {}) =>
      dispatcher.invoke(createRequest(event, overrides), overrides.limits ?? limits),
    stream: (event: unknown, overrides: InvocationOverrides = {}) =>
      dispatcher.invokeStreaming(createRequest(event, overrides), overrides.limits ?? limits),
    /** Invokes and waits for the end of the invoke phase. */
    async invoke(event: unknown, overrides: InvocationOverrides = {}) {
      const { completion } = dispatcher.invoke(createRequest(event, overrides), overrides.limits ?? limits);
      const { outcome, report, logTail } = await completion;
      const text = Buffer.from(outcome.payload).toString('utf8');
      return { outcome, report, text, log: Buffer.from(logTail).toString('utf8'), json: parse(text) };
    },
  };
}

export interface InvocationOverrides {
  readonly snapshot?: Partial<FunctionSnapshot>;
  readonly request?: Partial<InvocationRequest>;
  readonly limits?: ConcurrencyLimits;
}

export function createRequest(event: unknown, { snapshot, request }: InvocationOverrides = {}): InvocationRequest {
  const frozen = createSnapshot(snapshot);
  return {
    snapshot: frozen,
    invokedFunctionArn: frozen.functionArn,
    requestId: randomUUID(),
    payload: Buffer.from(JSON.stringify(event)),
    traceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
    ...request,
  };
}

export function createSnapshot(overrides: Partial<FunctionSnapshot> = {}): FunctionSnapshot {
  const functionName = overrides.functionName ?? 'fn';
  return {
    accountId: '123456789012',
    region: 'eu-central-1',
    functionName,
    version: '$LATEST',
    functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`,
    revisionId: 'revision-1',
    packageType: 'Zip',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    role: 'arn:aws:iam::123456789012:role/fn',
    timeoutSeconds: 10,
    memorySizeMb: 128,
    ephemeralStorageMb: 512,
    architecture: 'x86_64',
    environment: {},
    codeFolder: fixtures,
    layerFolders: [],
    logGroup: `/aws/lambda/${functionName}`,
    logFormat: 'Text',
    applicationLogLevel: undefined,
    systemLogLevel: undefined,
    tracingMode: 'PassThrough',
    snapStart: false,
    runtimeVersionArn: undefined,
    ...overrides,
  };
}

function createHost(
  options: LifecycleServiceOptions,
  { runtimeApi, snapshot }: HostRequest,
  { pids, runtimePids }: { readonly pids: Set<number>; readonly runtimePids: number[] },
): EnvironmentHost {
  const { extensions = {}, variables = {}, launchFailure } = options;
  const running = new Set<LaunchedProcess>();
  const start = (name: string, env: Readonly<Record<string, string>>, events: ProcessEvents): LaunchedProcess => {
    const child = spawn(process.execPath, [path.join(fixtures, name)], {
      env: { AWS_LAMBDA_RUNTIME_API: runtimeApi.address, REVISION: snapshot.revisionId, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    if (pid === undefined) throw new LaunchFailure('Runtime.InvalidEntrypoint', 'the fixture could not be started');
    pids.add(pid);
    child.stdout.on('data', (chunk: Buffer) => events.onOutput(chunk));
    child.stderr.on('data', (chunk: Buffer) => events.onOutput(chunk));
    const launched: LaunchedProcess = {
      pid,
      signal: (signal) => {
        if (pids.has(pid)) process.kill(-pid, signal);
      },
    };
    running.add(launched);
    child.on('close', (exitCode, signal) => {
      pids.delete(pid);
      running.delete(launched);
      events.onExit({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, isOutOfMemory: false });
    });
    return launched;
  };
  return {
    extensionNames: Object.keys(extensions).sort(),
    notes: [],
    async startRuntime(events) {
      if (launchFailure !== undefined) throw launchFailure;
      const launched = start('runtime.mjs', typeof variables === 'function' ? variables() : variables, events);
      runtimePids.push(launched.pid!);
      return launched;
    },
    startExtension: async (name, events) =>
      start('extension.mjs', { EXTENSION_NAME: name, ...extensions[name] }, events),
    freeze: () => signalAll(running, 'SIGSTOP'),
    thaw: () => signalAll(running, 'SIGCONT'),
    maxMemoryBytes: async () => 50 * 1024 * 1024,
    dispose: async () => {
      for (const launched of running) launched.signal('SIGKILL');
    },
  };
}

function signalAll(running: ReadonlySet<LaunchedProcess>, signal: NodeJS.Signals): void {
  for (const { pid } of running) process.kill(-pid!, signal);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
