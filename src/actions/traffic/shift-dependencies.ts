import { systemClock } from '../../system/clock.js';
import { pause } from '../../system/pause.js';
import { runCommandLine } from '../../system/run-command-line.js';
import type { ActionContext } from '../action-context.js';
import type { ShiftDependencies } from './shift-alias.js';

/** What a shift works with on this machine. */
export async function shiftDependencies(context: ActionContext, timeScale: number): Promise<ShiftDependencies> {
  const [calls, { cloudWatch }] = await Promise.all([context.lambda(), context.neighbours()]);
  const { createCloudWatchHealth } = await import('../../aws/cloudwatch-health.js');
  return {
    calls,
    callsAfterAbort: (signal) => context.lambdaUntil(signal),
    health: cloudWatch === undefined ? undefined : createCloudWatchHealth({ cloudWatch }),
    runCommandLine,
    signal: context.signal,
    progress: context.progress,
    now: systemClock.now,
    sleep: pause,
    timeScale,
  };
}
