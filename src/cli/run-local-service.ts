import { localStateFolder, resetLocalService } from '../actions/local-service.js';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../aws/connection.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { findRunningService, startLocalService } from '../local/index.js';
import { limitServiceHeap } from '../system/small-heap.js';
import type { Performed } from './base-command.js';
import { BatchedOutput } from './batched-output.js';
import type { AwsServices } from './neighbour-flags.js';
import { type ProcessFlagValues, processOptions } from './process-flags.js';
import { renderPlatformEvent } from './render/platform-event.js';
import { renderRoute, type StartedRoute } from './render/route.js';
import { serviceExtras } from './service-extras.js';
import type { Session } from './session.js';
import { styleFor } from './style.js';

export interface RunLocalServiceOptions {
  readonly port: number;
  readonly host: string;
  readonly isReset: boolean;
  /** Concurrent executions of all functions together; undefined for the limit of a usual account. */
  readonly accountConcurrency: number | undefined;
  /** Makes the choices of weighted aliases the same in every run. */
  readonly seed: number | undefined;
  /** Answers 403 where AWS would not let everybody call an open function URL. */
  readonly enforceUrlPolicy: boolean;
  readonly timeScale: number;
  readonly noSignRequest: boolean;
  readonly realisticStates: boolean;
  readonly realisticBandwidth: boolean;
  /** Stops the processes of a function soon after its last invocation. */
  readonly isFrozenWhenIdle: boolean;
  /** Also logs timeouts and crashes in the lines of earlier years. */
  readonly hasLegacyLogLines: boolean;
  /** Services that functions call in AWS. */
  readonly awsServices: AwsServices;
  readonly process: ProcessFlagValues;
}

/** So soon after its invocation an idle function is frozen; a fast series of calls should not pay for signals. */
const FREEZE_AFTER_MS = 100;

/** What is known of the service as soon as it listens. */
export interface StartedService {
  readonly endpoint: string;
  readonly pid: number;
  readonly stateFolder: string;
  readonly region: string;
  /** Variables with which SDKs and the aws CLI find the service. */
  readonly variables: Readonly<Record<string, string>>;
  /** HTTP routes of the project's functions. */
  readonly routes: readonly StartedRoute[];
}

/** Runs the service until the signal aborts, and then takes it down. Says where it listens once it does. */
export async function runLocalService(
  options: RunLocalServiceOptions,
  session: Session,
  announce: (started: Performed<StartedService>) => Promise<void>,
): Promise<never> {
  await withLocalService(options, session, async (started) => {
    await announce({ result: started, show: () => renderStarted(started) });
    session.note('Ctrl-C ends the service.');
    await aborted(session.signal);
  });
  throw session.signal.reason;
}

/** Runs the service for as long as the work takes, and then takes it down. */
export async function withLocalService(
  options: RunLocalServiceOptions,
  session: Session,
  work: (started: StartedService) => Promise<void>,
): Promise<void> {
  const project = await session.project();
  const stateFolder = localStateFolder(project.folder);
  const region = project.region ?? LOCAL_REGION;
  if (options.isReset) await resetLocalService(session);
  await refuseSecond(stateFolder);
  const style = await styleFor(process.stderr);
  const { port, host, timeScale, noSignRequest, realisticStates, realisticBandwidth, awsServices } = options;
  const console = new BatchedOutput(process.stderr);
  const extras = await serviceExtras(
    { region, seed: options.seed, enforceUrlPolicy: options.enforceUrlPolicy },
    session,
  );
  const service = await startLocalService({
    stateFolder,
    region,
    port,
    host,
    timeScale,
    noSignRequest,
    realisticStates,
    realisticBandwidth,
    awsServices,
    ...(options.accountConcurrency !== undefined && { concurrentExecutions: options.accountConcurrency }),
    ...extras,
    supervisor: await processOptions(options.process, session),
    dispatcher: {
      hasLegacyLogLines: options.hasLegacyLogLines,
      ...(options.isFrozenWhenIdle && { freezeAfterIdleMs: FREEZE_AFTER_MS }),
    },
    onPlatformEvent: (source, { event }) => {
      if (!session.flags.quiet) console.write(renderPlatformEvent(source, event, style));
    },
    onBug: (error, operation) =>
      session.progress({
        kind: 'warning',
        subject: operation,
        text: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  });
  // Not sooner: with another setting than at first V8 takes no compiled code that was kept.
  limitServiceHeap();
  try {
    if (!isLoopback(host))
      session.progress({
        kind: 'warning',
        subject: 'local service',
        text: `it listens on ${host}: whoever reaches it can run code on this machine`,
      });
    const { endpoint, routesUrl, variables } = service;
    const routes = (extras.routes ?? []).map(({ route, front, functionName }) => {
      const [, routePath = '/'] = route.split(' ');
      return { route, front, functionName, url: `${routesUrl}${routePath}` };
    });
    await work({ endpoint, pid: process.pid, stateFolder, region, variables, routes });
  } finally {
    await service.dispose();
    console.flush();
  }
}

async function refuseSecond(stateFolder: string): Promise<void> {
  const running = await findRunningService(stateFolder);
  if (running === undefined) return;
  throw new LambdakitError(
    'state-locked',
    `The local service of this project runs already (process ${running.pid}, ${running.endpoint}).`,
    {
      hint: 'Use it as it is, or end it with `lambdakit local stop`.',
      details: { ...running },
    },
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function renderStarted({ endpoint, region, variables, routes }: StartedService): string {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS;
  return [
    `The local Lambda service listens on ${endpoint}`,
    '',
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
    // boto3 and version 1 of the aws CLI read the second name alone.
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...(routes.length > 0 ? ['', ...routes.map(renderRoute)] : []),
  ].join('\n');
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
