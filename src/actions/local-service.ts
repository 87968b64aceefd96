import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { findRunningService } from '../local/index.js';
import { rm } from '../system/files.js';
import { pause } from '../system/pause.js';
import type { ActionContext } from './action-context.js';

/** The local service of a project as others see it. */
export interface LocalServiceStatus {
  readonly isRunning: boolean;
  readonly endpoint?: string;
  readonly pid?: number;
  readonly stateFolder: string;
}

/** Where the local service of a project keeps everything. */
export function localStateFolder(projectFolder: string): string {
  return path.join(projectFolder, '.lambdakit', 'local');
}

/** Says whether the project's local service runs, and where. */
export async function localServiceStatus(context: Pick<ActionContext, 'project'>): Promise<LocalServiceStatus> {
  const { folder } = await context.project();
  const stateFolder = localStateFolder(folder);
  const running = await findRunningService(stateFolder);
  return running === undefined ? { isRunning: false, stateFolder } : { isRunning: true, ...running, stateFolder };
}

/** How long a service may take to end its functions before we say that it hangs. */
const STOP_PATIENCE_MS = 15_000;

/**
 * Asks the project's local service to end and waits until it has.
 * @throws LambdakitError `gave-up-waiting`.
 */
export async function stopLocalService(
  context: ActionContext,
): Promise<{ readonly wasRunning: boolean; readonly pid?: number }> {
  const { stateFolder, pid } = await localServiceStatus(context);
  if (pid === undefined) return { wasRunning: false };
  process.kill(pid, 'SIGTERM');
  const giveUpAt = performance.now() + STOP_PATIENCE_MS;
  while ((await findRunningService(stateFolder)) !== undefined) {
    if (performance.now() > giveUpAt) {
      throw new LambdakitError(
        'gave-up-waiting',
        `The local service (process ${pid}) has not ended after ${STOP_PATIENCE_MS / 1_000} s.`,
        {
          hint: `End it by hand: kill -9 ${pid}`,
        },
      );
    }
    await pause(25, context.signal);
  }
  return { wasRunning: true, pid };
}

/**
 * Deletes all that the local service keeps: functions, versions, queued events, logs.
 * @throws LambdakitError `state-locked` while the service runs.
 */
export async function resetLocalService(
  context: Pick<ActionContext, 'project'>,
): Promise<{ readonly stateFolder: string }> {
  const { stateFolder, pid, endpoint } = await localServiceStatus(context);
  if (pid !== undefined) {
    throw new LambdakitError('state-locked', `The local service runs (process ${pid}, ${endpoint ?? 'starting'}).`, {
      hint: 'Stop it first with `lambdakit local stop`.',
    });
  }
  await rm(stateFolder, { recursive: true, force: true });
  return { stateFolder };
}
