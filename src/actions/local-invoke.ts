import path from 'node:path';
import type { FunctionConfigInput } from '../config/function-schema.js';
import type { Project } from '../config/load-project.js';
import { type ResolvedFunction, resolveFunction, resolveLayer } from '../config/resolve-function.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { type InvocationCompletion, type InvokeOnceOptions, invokeOnce } from '../local/index.js';
import type { ActionContext } from './action-context.js';
import { buildOne } from './build-functions.js';
import { recordInvocation } from './invocations/invocation-history.js';
import { type InvokePayload, readInvokePayload } from './invocations/invoke-payload.js';
import { functionErrorOf, type Invoked, type InvokeResult, parsePayload } from './invoke.js';
import { localStateFolder } from './local-service.js';
import { layerFolder } from './package-layer.js';

export interface LocalInvokeRequest {
  /** Key of the project file, or any name where the flags describe the function. */
  readonly key: string;
  readonly payload: InvokePayload;
  readonly clientContext?: string | undefined;
  readonly overrides: Partial<FunctionConfigInput>;
  /** How the process is started; what is left out has its default. */
  readonly processes?: NonNullable<InvokeOnceOptions['supervisor']>;
}

/**
 * Builds a function and runs it once, straight from its source: no service, no state, nothing left
 * running. An error of the function is a result and not an exception.
 */
export async function invokeFromSource(request: LocalInvokeRequest, context: ActionContext): Promise<Invoked> {
  // First of all, so that the project is read with the flags.
  const project = await context.project(request.overrides);
  const payload = await readInvokePayload(request.payload, context);
  const resolved = await resolveFunction(project, request.key);
  let remembered: Promise<void> | undefined;
  const rememberOnce = (): Promise<void> => {
    remembered ??= remember(request.key, payload, context);
    return remembered;
  };
  // Its runtime is being started from then on, and there is nothing to do until it is there.
  const whenStarting = (): void => void setImmediate(rememberOnce);
  try {
    return await runOnce(resolved, { request, payload, project, context, whenStarting });
  } finally {
    // Also what could not be built: the event is the same when it can.
    await rememberOnce();
  }
}

interface RunOnce {
  readonly request: LocalInvokeRequest;
  readonly payload: Uint8Array | undefined;
  readonly project: Project;
  readonly context: ActionContext;
  whenStarting(): void;
}

async function runOnce(
  resolved: ResolvedFunction,
  { request, payload, project, context, whenStarting }: RunOnce,
): Promise<Invoked> {
  const { functionName, config, environment } = resolved;
  const { runtime, handler } = requireProgram(resolved);
  const built = await buildOne(resolved, project, context);
  const completion = await invokeOnce({
    functionName,
    codeFolder: built.output,
    runtime,
    handler,
    payload: payload ?? new TextEncoder().encode('{}'),
    cacheFolder: path.join(localStateFolder(project.folder), 'runtimes'),
    environment,
    layerFolders: await layerFolders(resolved, project, context),
    signal: context.signal,
    ...(request.processes !== undefined && { supervisor: request.processes }),
    onPlatformEvent: (_source, { event }) => {
      if (event.type === 'platform.initStart') whenStarting();
      if (event.type === 'function' && typeof event.text === 'string') warnOfOurs(event.text, request.key, context);
    },
    ...(config.timeout !== undefined && { timeoutSeconds: config.timeout }),
    ...(config.memorySize !== undefined && { memorySizeMb: config.memorySize }),
    ...(config.ephemeralStorage !== undefined && { ephemeralStorageMb: config.ephemeralStorage.size }),
    ...(config.architectures?.[0] !== undefined && { architecture: config.architectures[0] }),
    ...(config.loggingConfig !== undefined && { logging: config.loggingConfig }),
    ...(project.region !== undefined && { region: project.region }),
    ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
  });
  const result = resultOf(functionName, completion);
  return { result, bytes: completion.outcome.payload, error: functionErrorOf(true, result) };
}

/** For `--replay`. A disk that refuses must not keep anybody from invoking. */
async function remember(functionName: string, payload: Uint8Array | undefined, context: ActionContext): Promise<void> {
  await recordInvocation({ functionName, qualifier: undefined, payload }, context).catch((error: unknown) =>
    context.progress({ kind: 'detail', subject: 'history', text: String(error) }),
  );
}

/** What the local side itself writes into a function's log is a hint to the developer. */
function warnOfOurs(text: string, subject: string, { progress }: ActionContext): void {
  for (const line of text.split('\n')) {
    const [, hint] = /^lambdakit: (.*)/.exec(line) ?? [];
    if (hint !== undefined) progress({ kind: 'warning', subject, text: hint });
  }
}

function requireProgram({ key, config }: ResolvedFunction): { readonly runtime: string; readonly handler: string } {
  const { runtime, handler = runtime?.startsWith('provided') === true ? 'bootstrap' : undefined } = config;
  if (runtime !== undefined && handler !== undefined) return { runtime, handler };
  const missing = runtime === undefined ? 'runtime' : 'handler';
  throw new LambdakitError('config-invalid', `The function ${key} has no ${missing}.`, {
    hint: `Write "${missing}" into lambdakit.json, or give --${missing}.`,
  });
}

/** Layers of this project are there as folders; those of others would have to be downloaded from their account. */
async function layerFolders(
  { key, config }: ResolvedFunction,
  project: Project,
  context: ActionContext,
): Promise<readonly string[]> {
  const layers = config.layers ?? [];
  for (const layer of layers.filter((name) => !project.layerKeys.includes(name))) {
    context.progress({
      kind: 'warning',
      subject: key,
      text: `the layer ${layer} is not of this project and is left out here; what it brings is missing`,
    });
  }
  const own = layers.filter((layer) => project.layerKeys.includes(layer));
  return Promise.all(own.map(async (layer) => layerFolder(await resolveLayer(project, layer), project, context)));
}

function resultOf(functionName: string, { outcome, report, logTail }: InvocationCompletion): InvokeResult {
  return {
    functionName,
    statusCode: 200,
    requestId: outcome.requestId,
    executedVersion: outcome.executedVersion,
    payload: parsePayload(new TextDecoder().decode(outcome.payload)),
    ...(outcome.functionError !== undefined && { functionError: outcome.functionError }),
    log: new TextDecoder().decode(logTail),
    duration: report.durationMs,
    billedDuration: report.billedDurationMs,
    memorySize: report.memorySizeMb,
    maxMemoryUsed: report.maxMemoryUsedMb,
    ...(report.initDurationMs !== undefined && { initDuration: report.initDurationMs }),
  };
}
