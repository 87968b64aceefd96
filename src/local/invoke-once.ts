import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { functionArn } from '../lambda/arn.js';
import { LIMITS } from '../lambda/limits.js';
import { LOCAL_ACCOUNT_ID } from '../lambda/local-account.js';
import { LATEST } from '../lambda/qualifier.js';
import { randomUuid } from '../system/random-uuid.js';
import { createTempFolder } from '../system/temp-folder.js';
import { ApiError } from './core/catalog/api-error.js';
import { mergeLogging } from './core/catalog/logging-config.js';
import type { LoggingConfig } from './core/catalog/records.js';
import type { FunctionSnapshot } from './core/function-snapshot.js';
import type { Invocation, InvocationCompletion } from './core/invocation.js';
import type { PlatformEventSink } from './core/platform-event-sink.js';
import { takeEarlyNamespace } from './early-namespace.js';
import { createEnvironmentStack } from './environment-stack.js';
import type { SupervisorOptions } from './supervisor/supervisor.js';

export interface InvokeOnceOptions {
  readonly functionName: string;
  /** Absolute folder with the built code. */
  readonly codeFolder: string;
  readonly runtime: string;
  readonly handler: string;
  /** The event's bytes; must be JSON. */
  readonly payload: Uint8Array;
  /** Where downloaded interpreters are kept. */
  readonly cacheFolder: string;
  /** Default 3. */
  readonly timeoutSeconds?: number;
  /** Default 128. */
  readonly memorySizeMb?: number;
  /** Default 512. */
  readonly ephemeralStorageMb?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Absolute folders of unpacked layers, later ones win. */
  readonly layerFolders?: readonly string[];
  readonly architecture?: 'x86_64' | 'arm64';
  /** The logging settings as the function has them; what is left out has the default that it has when deployed. */
  readonly logging?: {
    readonly logFormat?: 'Text' | 'JSON' | undefined;
    readonly applicationLogLevel?: string | undefined;
    readonly systemLogLevel?: string | undefined;
    readonly logGroup?: string | undefined;
  };
  readonly role?: string;
  /** JSON text. */
  readonly clientContext?: string;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
  readonly supervisor?: Partial<SupervisorOptions>;
  /** Receives the logs while the function runs. */
  readonly onPlatformEvent?: PlatformEventSink;
  /** Ends the invocation and its processes at once. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a function once from a folder, without REST API or state, and leaves nothing behind. An error
 * of the function is part of the result. @throws the signal's reason when it aborts
 * @throws LambdakitError `config-invalid` when the logging settings contradict each other
 */
export async function invokeOnce(options: InvokeOnceOptions): Promise<InvocationCompletion> {
  options.signal?.throwIfAborted();
  const folder = await createTempFolder('invoke');
  const stack = createEnvironmentStack({
    supervisor: {
      workFolder: folder.path,
      cacheFolder: options.cacheFolder,
      earlyNamespace: takeEarlyNamespace(),
      ...options.supervisor,
    },
    sink: options.onPlatformEvent ?? (() => undefined),
  });
  const stop = () => void stack.dispose();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const invocation = stack.dispatcher.invoke(requestOf(options), { unreserved: LIMITS.concurrentExecutions });
    const completion = await completionOf(invocation);
    options.signal?.throwIfAborted();
    return completion;
  } catch (error) {
    // The end of the processes makes the invocation fail; the cause is the caller's.
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
    await stack.dispose();
    await folder.remove();
  }
}

/** An invocation that never began rejects both promises; one error is enough. */
async function completionOf({ outcome, completion }: Invocation): Promise<InvocationCompletion> {
  outcome.catch(() => undefined);
  return completion;
}

function requestOf(options: InvokeOnceOptions) {
  const snapshot = snapshotOf(options);
  const now = Math.floor(Date.now() / 1000).toString(16);
  return {
    snapshot,
    invokedFunctionArn: snapshot.functionArn,
    requestId: randomUuid(),
    payload: options.payload,
    traceHeader: `Root=1-${now}-${randomUuid().replaceAll('-', '').slice(0, 24)};Parent=0000000000000001;Sampled=0`,
    ...(options.clientContext !== undefined && { clientContext: options.clientContext }),
  };
}

function snapshotOf(options: InvokeOnceOptions): FunctionSnapshot {
  const { region = 'us-east-1', accountId = LOCAL_ACCOUNT_ID, functionName } = options;
  const logging = loggingOf(options);
  return {
    accountId,
    region,
    functionName,
    version: LATEST,
    functionArn: functionArn({ region, accountId }, functionName),
    revisionId: options.codeFolder,
    packageType: 'Zip',
    runtime: options.runtime,
    handler: options.handler,
    role: options.role ?? `arn:aws:iam::${accountId}:role/local`,
    timeoutSeconds: options.timeoutSeconds ?? LIMITS.timeoutSeconds.default,
    memorySizeMb: options.memorySizeMb ?? LIMITS.memorySizeMb.default,
    ephemeralStorageMb: options.ephemeralStorageMb ?? LIMITS.ephemeralStorageMb.default,
    architecture: options.architecture ?? (process.arch === 'arm64' ? 'arm64' : 'x86_64'),
    environment: options.environment ?? {},
    codeFolder: path.resolve(options.codeFolder),
    layerFolders: options.layerFolders ?? [],
    logGroup: logging.LogGroup,
    logFormat: logging.LogFormat,
    applicationLogLevel: logging.ApplicationLogLevel,
    systemLogLevel: logging.SystemLogLevel,
    tracingMode: 'PassThrough',
    snapStart: false,
    runtimeVersionArn: undefined,
  };
}

/** By the rules of a deployed function, so that it logs here as it does there. */
function loggingOf({ functionName, logging = {} }: InvokeOnceOptions): LoggingConfig {
  const { logFormat, applicationLogLevel, systemLogLevel, logGroup } = logging;
  try {
    return mergeLogging(
      { LogFormat: 'Text', LogGroup: `/aws/lambda/${functionName}` },
      {
        LogFormat: logFormat,
        ApplicationLogLevel: applicationLogLevel,
        SystemLogLevel: systemLogLevel,
        LogGroup: logGroup,
      },
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new LambdakitError('config-invalid', error.message, { cause: error });
  }
}
