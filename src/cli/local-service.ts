import path from 'node:path';
import type { ActionContext } from '../actions/action-context.js';
import { localStateFolder } from '../actions/local-service.js';
import { isLambdakitError, LambdakitError } from '../errors/lambdakit-error.js';
import {
  findRunningService,
  type LocalServiceOptions,
  type RunningService,
  startLocalService,
} from '../local/index.js';
import { existsSync, mkdir, rm, writeFile } from '../system/files.js';
import { pause } from '../system/pause.js';
import type { Session } from './session.js';

/** The local service that one command talks to. */
export interface LocalServiceDoor {
  readonly endpoint: string;
  /** `AWS_ENDPOINT_URL_*` of the service and its neighbours. */
  readonly variables: Readonly<Record<string, string>>;
  /** True when it runs for this command only. */
  readonly isTransient: boolean;
  dispose(): Promise<void>;
}

/** How long a command waits for another one that has started a service for itself. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 50;

/**
 * The project's running service, or one that is started for the length of this command. A service
 * that another command runs for itself will go away with it, so its end is awaited.
 */
export async function useLocalService(
  context: ActionContext & Pick<Session, 'localProcesses'>,
): Promise<LocalServiceDoor> {
  const { folder, region } = await context.project();
  const stateFolder = localStateFolder(folder);
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const running = await findRunningService(stateFolder);
    if (running !== undefined && !existsSync(markerOf(stateFolder, running.pid))) {
      const { endpoint, variables } = running;
      if (context.localProcesses !== undefined) throw decidedAlready(running);
      return { endpoint, variables, isTransient: false, dispose: async () => undefined };
    }
    if (running === undefined) {
      const supervisor = await context.localProcesses?.();
      const own = await startTransient(stateFolder, context.progress, {
        ...(region !== undefined && { region }),
        ...(supervisor !== undefined && { supervisor }),
      });
      if (own !== undefined) return own;
    }
    if (performance.now() > giveUpAt) {
      throw new LambdakitError(
        'gave-up-waiting',
        `Another command has used the local service of ${folder} for ${PATIENCE_MS / 1_000} s.`,
        {
          hint: 'Start a service for all of them with `lambdakit local start`.',
        },
      );
    }
    await pause(LOOK_MS, context.signal);
  }
}

/** What a flag asks for must not be dropped without a word. */
function decidedAlready({ pid }: RunningService): LambdakitError {
  return new LambdakitError(
    'state-locked',
    `The local service of this project runs already (process ${pid}), and how it starts functions is decided.`,
    { hint: 'Give these flags to `lambdakit local start` or `lambdakit dev`, or end it with `lambdakit local stop`.' },
  );
}

/** Undefined when another process was quicker. */
async function startTransient(
  stateFolder: string,
  progress: ActionContext['progress'],
  options: Pick<LocalServiceOptions, 'region' | 'supervisor'>,
): Promise<LocalServiceDoor | undefined> {
  const marker = markerOf(stateFolder, process.pid);
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  await writeFile(marker, '');
  try {
    const service = await startLocalService({ stateFolder, ...options });
    const dispose = async (): Promise<void> => {
      await service.dispose();
      const kept = service.queuedEvents();
      if (kept > 0) progress({ kind: 'warning', subject: 'local service', text: textOfKept(kept) });
      await rm(marker, { force: true });
    };
    return { endpoint: service.endpoint, variables: service.variables, isTransient: true, dispose };
  } catch (error) {
    await rm(marker, { force: true });
    if (isLambdakitError(error) && error.code === 'state-locked') return undefined;
    throw error;
  }
}

/** The events of `--async` outlive the service that took them. */
function textOfKept(kept: number): string {
  const events = kept === 1 ? 'one asynchronous event is' : `${kept} asynchronous events are`;
  return `${events} kept on disk and will run when the service runs again: start it with \`lambdakit local start\``;
}

/** Tells other commands that the service of this process ends with its command. */
function markerOf(stateFolder: string, pid: number): string {
  return path.join(stateFolder, `transient-${pid}`);
}
