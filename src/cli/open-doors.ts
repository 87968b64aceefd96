import type { Neighbours } from '../actions/action-context.js';
import type { AwsCall, AwsConnection } from '../aws/connection.js';
import type { LambdaDoor } from '../aws/lambda-calls.js';
import type { ConnectionOf, NeighbourService } from '../aws/neighbour-calls.js';
import type { AwsRetry } from '../aws/send-with-retries.js';
import { findConfigFile } from '../config/find-config-file.js';
import { environmentVariable } from '../system/environment-variables.js';
import type { Session } from './session.js';

export type Closer = () => Promise<void> | void;

/** Where and as whom AWS, or the local service, is called. */
export interface Place extends Pick<AwsConnection, 'region' | 'profile' | 'endpointUrl' | 'credentials'> {
  readonly isLocal: boolean;
  /** Endpoints of single services (`AWS_ENDPOINT_URL_S3`) that are stronger than `endpointUrl`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const NEIGHBOUR_SERVICES = [
  'S3',
  'IAM',
  'STS',
  'CLOUDWATCH_LOGS',
  'CLOUDWATCH',
  'EVENTBRIDGE',
  'SCHEMAS',
  'ECR',
  'SIGNER',
  'SQS',
  'SSM',
  'CLOUDFORMATION',
] as const satisfies readonly NeighbourService[];

/** Lambda lets 15 control plane requests a second through in an account and region (developer guide, "Lambda quotas"). */
const CONTROL_REQUESTS_PER_SECOND = 15;

/** Opens the Lambda API at a place; its calls end with the signal. */
export async function openLambdaDoor(session: Session, place: Place, signal: AbortSignal): Promise<LambdaDoor> {
  const [{ openLambda }, { isLoopback }] = await Promise.all([
    import('../aws/lambda-calls.js'),
    import('../aws/connection.js'),
  ]);
  const isNear = place.endpointUrl !== undefined && isLoopback(place.endpointUrl);
  const requestsPerSecond = isNear ? undefined : CONTROL_REQUESTS_PER_SECOND;
  return openLambda({ ...connectionAt(session, place, signal), requestsPerSecond });
}

/** Opens what stands beside Lambda; the local service has S3, SQS and logs only. */
export async function openNeighbourDoors(
  session: Session,
  place: Place,
  closers: Closer[],
): Promise<Neighbours & { readonly remote: ReturnType<typeof import('../aws/neighbour-calls.js').openNeighbours> }> {
  const { openNeighbours } = await import('../aws/neighbour-calls.js');
  const connectionOf: ConnectionOf = (service) => ({
    ...connectionAt(session, place, session.signal),
    endpointUrl: place.variables[`AWS_ENDPOINT_URL_${service}`] ?? place.endpointUrl,
  });
  const doors = openNeighbours(connectionOf);
  closers.push(() => doors.dispose());
  const { s3, sqs, iam, sts, logs, cloudWatch, events, ecr, schemas, signer } = doors;
  const own = place.isLocal
    ? { iam: undefined, sts: undefined, logs, cloudWatch: undefined, events: undefined, ecr: undefined }
    : { iam, sts, logs, cloudWatch, events, ecr, schemas, signer };
  return { s3, sqs, ...own, region: place.region ?? environmentRegion(), remote: doors };
}

/** Region, profile and endpoint. The project file is read only where there is one: reading costs start-up time. */
export async function placeOf(session: Session, closers: Closer[]): Promise<Place> {
  const { flags, workingFolder } = session;
  if (flags.local) return localPlace(session, closers);
  const isNamed = flags.config !== undefined || environmentVariable('LAMBDAKIT_CONFIG') !== undefined;
  const { region, profile } = isNamed || findConfigFile(workingFolder) !== undefined ? await session.project() : flags;
  const variables = Object.fromEntries(
    NEIGHBOUR_SERVICES.map((service) => [
      `AWS_ENDPOINT_URL_${service}`,
      environmentVariable(`AWS_ENDPOINT_URL_${service}`),
    ]),
  );
  return { region, profile, endpointUrl: flags['endpoint-url'], isLocal: false, variables };
}

/** The local service; it gets made-up credentials, so that no real key ever reaches it. */
async function localPlace(session: Session, closers: Closer[]): Promise<Place> {
  const [{ useLocalService }, { LOCAL_CREDENTIALS, LOCAL_REGION }] = await Promise.all([
    import('./local-service.js'),
    import('../aws/connection.js'),
  ]);
  const service = await useLocalService(session);
  closers.push(service.dispose);
  session.progress({
    kind: 'detail',
    subject: 'local service',
    text: `${service.endpoint}${service.isTransient ? ', for this command' : ''}`,
  });
  const { region = LOCAL_REGION } = await session.project();
  const { endpoint, variables } = service;
  return { region, endpointUrl: endpoint, credentials: LOCAL_CREDENTIALS, isLocal: true, variables };
}

function environmentRegion(): string | undefined {
  return environmentVariable('AWS_REGION') ?? environmentVariable('AWS_DEFAULT_REGION');
}

function connectionAt(session: Session, place: Place, signal: AbortSignal): AwsConnection {
  const { region, profile, endpointUrl, credentials } = place;
  const { flags, progress } = session;
  return {
    region,
    profile,
    endpointUrl,
    credentials,
    signal,
    onCall: flags.verbose
      ? (call) => progress({ kind: 'detail', subject: call.operation, text: factsOf(call) })
      : undefined,
    onRetry: flags.verbose
      ? (retry) => progress({ kind: 'detail', subject: retry.operation, text: retryText(retry) })
      : undefined,
  };
}

function factsOf({ durationMs, attempts = 0, status, requestId, error }: AwsCall): string {
  return [
    status === undefined ? 'no answer' : `HTTP ${status}`,
    ...(error === undefined ? [] : [error]),
    `${Math.round(durationMs)} ms`,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ');
}

function retryText({ attempt, reason, error, delayMs }: AwsRetry): string {
  return `attempt ${attempt} failed (${reason}: ${error}), again in ${Math.round(delayMs)} ms`;
}
