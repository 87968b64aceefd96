import type { ActionContext } from '../actions/action-context.js';
import type { ProgressSink } from '../actions/progress.js';
import type { AwsCall, AwsConnection } from '../aws/connection.js';
import type { LambdaDoor } from '../aws/lambda-calls.js';
import { findConfigFile } from '../config/find-config-file.js';
import type { Project, ProjectFlags } from '../config/load-project.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { environmentVariable, workingFolder } from '../system/environment-variables.js';
import type { GlobalFlagValues } from './global-flags.js';
import { createProgressReport } from './progress-report.js';

/**
 * The composition root: what one command works with, built when it is first asked for. The only place
 * that knows whether the Lambda API is Amazon's or the local one.
 */
export interface Session extends ActionContext {
  readonly flags: GlobalFlagValues;
  readonly workingFolder: string;
  /** Text for people on stderr. */
  note(text: string): void;
  /** Takes the spinner away, before a result is printed. */
  quieten(): void;
  dispose(): Promise<void>;
}

/** Opens a session; `dispose` closes what it has opened, in reverse order. */
export async function openSession(flags: GlobalFlagValues, signal: AbortSignal): Promise<Session> {
  const folder = workingFolder();
  const report = await createProgressReport({ isQuiet: flags.quiet, isVerbose: flags.verbose });
  const closers: Closer[] = [];
  let project: Promise<Project> | undefined;
  let door: Promise<LambdaDoor> | undefined;
  const session: Session = {
    flags,
    workingFolder: folder,
    signal,
    progress: report.sink,
    project: (functionFlags) => {
      project ??= openProject(flags, { folder, signal, functionFlags });
      return project;
    },
    lambda: async () => {
      door ??= openDoor(session, closers);
      return (await door).calls;
    },
    roleArn: async (role) => resolveRole(role, flags.local),
    quieten: () => report.dispose(),
    note: (text) => {
      report.dispose();
      process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    dispose: async () => {
      report.dispose();
      for (const close of closers.reverse()) await close();
    },
  };
  return session;
}

/** The account of the local service; its roles are names and nothing more. */
const LOCAL_ROLE_PREFIX = 'arn:aws:iam::000000000000:role/';

function resolveRole(role: string | undefined, isLocal: boolean): string | undefined {
  if (role?.startsWith('arn:') === true) return role;
  if (isLocal) return `${LOCAL_ROLE_PREFIX}${role === undefined || role === 'auto' ? 'lambdakit-local' : role}`;
  if (role === undefined) return undefined;
  throw new LambdakitError('config-invalid', `"${role}" is not the ARN of a role.`, {
    hint: 'Write the whole ARN, for example arn:aws:iam::123456789012:role/hello.',
  });
}

type Closer = () => Promise<void> | void;

interface OpenProjectOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly functionFlags: ProjectFlags['function'];
}

async function openProject(
  flags: GlobalFlagValues,
  { folder, signal, functionFlags }: OpenProjectOptions,
): Promise<Project> {
  const { loadProject } = await import('../config/load-project.js');
  return loadProject({
    folder,
    configFile: flags.config,
    stage: flags.stage,
    signal,
    flags: { region: flags.region, profile: flags.profile, function: functionFlags },
  });
}

async function openDoor(session: Session, closers: Closer[]): Promise<LambdaDoor> {
  const { flags, signal, progress } = session;
  const { openLambda } = await import('../aws/lambda-calls.js');
  const place = await placeOf(session, closers);
  const connection: AwsConnection = {
    ...place,
    signal,
    onCall: flags.verbose ? (call) => tell(call, progress) : undefined,
  };
  const door = openLambda(connection);
  closers.push(() => door.dispose());
  return door;
}

type Place = Pick<AwsConnection, 'region' | 'profile' | 'endpointUrl' | 'credentials'>;

/** Region, profile and endpoint. The project file is read only where there is one: reading costs start-up time. */
async function placeOf(session: Session, closers: Closer[]): Promise<Place> {
  const { flags, workingFolder } = session;
  if (flags.local) return localPlace(session, closers);
  const isNamed = flags.config !== undefined || environmentVariable('LAMBDAKIT_CONFIG') !== undefined;
  const { region, profile } = isNamed || findConfigFile(workingFolder) !== undefined ? await session.project() : flags;
  return { region, profile, endpointUrl: flags['endpoint-url'] };
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
  return { region, endpointUrl: service.endpoint, credentials: LOCAL_CREDENTIALS };
}

function tell(call: AwsCall, sink: ProgressSink): void {
  const { operation, durationMs, attempts = 0, status, requestId, error } = call;
  const parts = [
    status === undefined ? 'no answer' : `HTTP ${status}`,
    ...(error === undefined ? [] : [error]),
    `${Math.round(durationMs)} ms`,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  sink({ kind: 'detail', subject: operation, text: parts.join(', ') });
}
