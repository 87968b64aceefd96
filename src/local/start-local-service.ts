import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { LIMITS } from '../lambda/limits.js';
import { LOCAL_ACCOUNT_ID } from '../lambda/local-account.js';
import { systemClock } from '../system/clock.js';
import { mkdir } from '../system/files.js';
import { sendReply } from '../system/http-exchange.js';
import { isForLambda, isForLogs, NEIGHBOURS, notForUs } from './addressed-service.js';
import { answerCallerIdentity } from './caller-identity.js';
import { createAsyncQueue } from './core/async/async-queue.js';
import { LAMBDA_RESPONSE_BANDWIDTH } from './core/environment/response-bandwidth.js';
import { advanceLineage, newTraceHeader } from './core/trace-header.js';
import { createTraceSampling } from './core/trace-sampling.js';
import { createDisposalStack, type DisposalStack } from './disposal-stack.js';
import { createEnvironmentStack } from './environment-stack.js';
import { createFunctionLogs, type FunctionLogs } from './function-logs.js';
import {
  createFunctionUrlHandler,
  type FunctionUrlHandler,
  isFunctionUrlRequest,
} from './function-url/function-url-handler.js';
import { createRouteHandler, isRouteRequest, routesUrlOf } from './function-url/route-handler.js';
import { createRouteTable } from './function-url/route-table.js';
import { functionUrlDeps, functionUrlOf } from './function-urls.js';
import { createCodeLocations } from './lambda-api/code-location.js';
import { createLambdaApi, isInvokeRequest, type LambdaApi } from './lambda-api/lambda-api.js';
import { createProvisionedEnvironments } from './lambda-api/provisioned-environments.js';
import type { ApiServices } from './lambda-api/services.js';
import { createLateValue } from './late-value.js';
import type { LocalService, LocalServiceOptions } from './local-service-options.js';
import { type Neighbours, startNeighbours } from './neighbours/start-neighbours.js';
import type { InvokeFunctionAsync } from './neighbours/target-sender.js';
import { openEventSources } from './open-event-sources.js';
import { readPackageObject } from './package-objects.js';
import { createSeededRandom } from './seeded-random.js';
import { openServiceEndpoint } from './service-endpoint.js';
import { serviceVariables, withoutServices } from './service-variables.js';
import { createSettlingDispatcher } from './settling-dispatcher.js';
import { openAsyncEventLog } from './store/async-event-log.js';
import { createAsyncSettings } from './store/async-settings.js';
import { createStateDirectory } from './store/state-directory.js';
import { openServiceState } from './store/state-folder.js';
import { acquireStateLock } from './store/state-lock.js';

/** Long enough for a client that waits one second between two looks to see it. */
const REALISTIC_TRANSITION_MS = 2_500;
/** How long an answered invocation may take to its REPORT line when the service ends. */
const SETTLE_PATIENCE_MS = 1_000;
const DEFAULT_REGION = 'us-east-1';

/**
 * Starts the local Lambda service on a state folder.
 * @throws LambdakitError `state-locked`, `state-damaged`, `port-taken`, `permission-denied`
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const disposal = createDisposalStack();
  try {
    return await compose(options, disposal);
  } catch (error) {
    await disposal.dispose().catch(() => undefined);
    throw error;
  }
}

/** Opens the rooms from the inside out; the disposal stack closes them from the outside in. */
async function compose(options: LocalServiceOptions, disposal: DisposalStack): Promise<LocalService> {
  const { stateFolder, region = DEFAULT_REGION } = options;
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const lock = await acquireStateLock(stateFolder);
  disposal.add(() => lock.release());
  const state = await openServiceState(stateFolder);
  const locations = createCodeLocations(state.code, systemClock.now);

  // The address must be known before the first process starts; requests wait until the API stands.
  const api = createLateValue<LambdaApi>();
  const urls = createLateValue<FunctionUrlHandler>();
  const routes = createLateValue<FunctionUrlHandler>();
  const neighbours = createLateValue<Pick<Neighbours, 'answer'>>();
  const accountId = options.accountId ?? LOCAL_ACCOUNT_ID;
  const logs = createFunctionLogs({
    ...{ stateFolder, accountId },
    ...{ sink: options.onPlatformEvent, onBug: options.onBug },
  });
  const endpoint = await openServiceEndpoint({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    allowedHosts: options.allowedHosts ?? [],
    noSignRequest: options.noSignRequest ?? false,
    defaultRegion: region,
    serve: async ({ request, response, service, ...scope }) => {
      if (isForLogs(request, service)) return logs.api.handle(request, response, scope);
      if (NEIGHBOURS.has(service)) return (await neighbours.promise).answer(request, response);
      if (service === 'lambda') return (await api.promise).handle(request, response, scope);
      const identity = service === 'sts' ? await answerCallerIdentity(request, { accountId, ...scope }) : undefined;
      if (identity === undefined) throw notForUs(service);
      sendReply(response, identity);
    },
    isWholeServed: (request) =>
      isInvokeRequest(request) && frontOf(request) === undefined && isForLambda(request.headers),
    serveWhole: async (request, { service: _, ...scope }) => (await api.promise).handleInvoke(request, scope),
    serveFront: (request, response) => {
      const front = frontOf(request);
      if (front === undefined) return false;
      void (front === 'route' ? routes : urls).promise.then((serve) => serve(request, response));
      return true;
    },
    servePublic: (request, response) => {
      const { url = '/' } = request;
      if (!locations.owns(url)) return false;
      void locations.serve(new URL(url, 'http://localhost'), response);
      return true;
    },
  });
  disposal.add(() => endpoint.close());

  const services = await openServices(options, { state, endpoint: endpoint.url, disposal, logs });
  neighbours.set(services.neighbours);
  const built = await createLambdaApi({ services: services.api, locations, onBug: options.onBug ?? (() => undefined) });
  for (const record of state.functions.values()) services.api.provisioned.reconcile(undefined, record);
  api.set(built);
  const { enforceUrlPolicy, onUrlNotice, supervisor } = options;
  const urlOptions = { enforceUrlPolicy, onUrlNotice, credentials: supervisor?.credentials };
  const urlDeps = functionUrlDeps(services.api, urlOptions);
  urls.set(createFunctionUrlHandler(urlDeps));
  const { onRouteFailure: onFailure } = options;
  const table = createRouteTable(options.routes ?? []);
  routes.set(createRouteHandler({ ...urlDeps, table, accountId, ...(onFailure !== undefined && { onFailure }) }));
  disposal.add(() => endpoint.stopAccepting());
  await lock.publishEndpoint(endpoint.url, services.variables);
  return {
    endpoint: endpoint.url,
    routesUrl: routesUrlOf(endpoint.url),
    variables: services.variables,
    queuedEvents: services.queuedEvents,
    dispose: () => disposal.dispose(),
  };
}

/** Which front of functions a request is for, if any. */
function frontOf(request: Pick<IncomingMessage, 'url' | 'headers'>): 'url' | 'route' | undefined {
  if (isFunctionUrlRequest(request)) return 'url';
  return isRouteRequest(request) ? 'route' : undefined;
}

interface ServiceParts {
  readonly state: ApiServices['state'];
  readonly endpoint: string;
  readonly disposal: DisposalStack;
  readonly logs: FunctionLogs;
}

interface OpenedServices extends Pick<LocalService, 'variables' | 'queuedEvents'> {
  readonly api: ApiServices;
  readonly neighbours: Neighbours;
}

async function openServices(
  options: LocalServiceOptions,
  { state, endpoint, disposal, logs }: ServiceParts,
): Promise<OpenedServices> {
  const { stateFolder, accountId = LOCAL_ACCOUNT_ID, region = DEFAULT_REGION } = options;
  const concurrentExecutions = options.concurrentExecutions ?? LIMITS.concurrentExecutions;
  const log = await openAsyncEventLog(path.join(stateFolder, 'async-events.log'));
  disposal.add(() => log.dispose());
  const directory = createStateDirectory(state, {
    accountId,
    concurrentExecutions,
    now: systemClock.now,
    random: options.random ?? seededRandom(options.seed),
  });
  // With numbers of its own, so that it changes nothing of what a seed chooses for weighted aliases.
  const isTraceSampled = createTraceSampling({ now: systemClock.now, random: seededRandom(options.seed) });
  const enqueue = createLateValue<ApiServices['enqueue']>();
  const invokeFunction: InvokeFunctionAsync = async ({ functionArn, payload, traceHeader = '' }) => {
    const arnRegion = functionArn.split(':')[3] ?? region;
    const { snapshot } = directory.resolve(functionArn, undefined, arnRegion);
    const qualifier = functionArn.split(':')[7];
    const event = { functionName: snapshot.functionName, functionArn: snapshot.functionArn, qualifier };
    const send = await enqueue.promise;
    // The hop counts, so that a function that feeds its own topic or bucket is stopped.
    const given = traceHeader || newTraceHeader(systemClock.now(), isTraceSampled(snapshot));
    const chain = advanceLineage(given, snapshot.functionArn);
    await send({ ...event, requestId: randomUUID(), region: arnRegion, payload, traceHeader: chain.traceHeader });
  };
  const neighbours = await startNeighbours({
    folder: path.join(stateFolder, 'neighbours'),
    region,
    clock: systemClock,
    invokeFunction,
  });
  disposal.add(() => neighbours.dispose());
  const variables = serviceVariables(endpoint, neighbours.variables);
  // Closed after the environments, whose last events it takes.
  disposal.add(() => logs.dispose());
  const stack = createEnvironmentStack({
    supervisor: {
      workFolder: path.join(stateFolder, 'environments'),
      cacheFolder: path.join(stateFolder, 'runtimes'),
      endpointVariables: withoutServices(variables, options.awsServices ?? []),
      ...options.supervisor,
    },
    sink: logs.sink,
    dispatcher: {
      ...(options.realisticBandwidth === true && { responseBandwidth: LAMBDA_RESPONSE_BANDWIDTH }),
      ...options.dispatcher,
    },
  });
  disposal.add(() => stack.dispose());
  const { dispatcher, settle } = createSettlingDispatcher(stack.dispatcher);
  disposal.add(() => settle(SETTLE_PATIENCE_MS));
  const queue = createAsyncQueue({
    clock: systemClock,
    log,
    directory,
    settings: createAsyncSettings(state),
    dispatcher,
    delivery: neighbours.delivery,
    ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
    ...(options.onAsyncNotice !== undefined && { onNotice: options.onAsyncNotice }),
  });
  disposal.add(() => queue.dispose());
  enqueue.set((event) => queue.enqueue(event));
  const { schedules = [], onEventSourceNotice } = options;
  const eventSources = openEventSources({
    ...{ stateFolder, state, directory, dispatcher, neighbours, invokeFunction, schedules, isTraceSampled },
    ...(onEventSourceNotice !== undefined && { onNotice: onEventSourceNotice }),
  });
  disposal.add(() => eventSources.dispose());
  return {
    variables,
    neighbours,
    queuedEvents: () => queue.pending().length,
    api: {
      state,
      dispatcher,
      directory,
      provisioned: createProvisionedEnvironments(dispatcher, state.code.folderOf),
      accountId,
      now: systemClock.now,
      newId: randomUUID,
      isTraceSampled,
      transitionMs: options.realisticStates === true ? REALISTIC_TRANSITION_MS : 0,
      concurrentExecutions,
      totalCodeBytes: options.totalCodeBytes ?? LIMITS.totalCodeBytes,
      enqueue: (event) => queue.enqueue(event),
      fetchObject: (object) => readPackageObject(neighbours.endpoint, object),
      functionUrlOf,
      checkEventSource: eventSources.checkEventSource,
      processingResultOf: eventSources.processingResultOf,
      onEventSourceMappingsChanged: eventSources.onEventSourceMappingsChanged,
    },
  };
}

function seededRandom(seed: number | undefined): () => number {
  return seed === undefined ? Math.random : createSeededRandom(seed);
}
