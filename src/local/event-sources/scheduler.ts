import type { Clock } from '../core/ports.js';
import { parseScheduleExpression } from './schedule-expression.js';

export interface Schedule {
  readonly name: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  /** With or without qualifier. */
  readonly functionArn: string;
  /** JSON text for the function instead of the scheduled event. */
  readonly input?: string;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  /** Puts the event into the asynchronous queue of the function. */
  readonly invokeFunction: (request: { readonly functionArn: string; readonly payload: Uint8Array }) => Promise<void>;
  readonly newId: () => string;
  readonly onFailure?: (schedule: Schedule, error: unknown) => void;
}

export interface Scheduler {
  /**
   * Replaces all schedules. One that is there already keeps its beat.
   * @throws LambdakitError `invalid-input` for a bad expression; then nothing changes.
   */
  set(schedules: readonly Schedule[]): void;
  dispose(): void;
}

/** Timers of Node end at 2^31 - 1 ms; longer waits are cut into pieces. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The shortest beat of a schedule. */
const MAX_LATE_MS = 60_000;

/** Starts functions by the clock, as EventBridge's scheduled rules do. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const active = new Map<string, () => void>();

  function start(schedule: Schedule): () => void {
    const nextRun = parseScheduleExpression(schedule.expression);
    let cancel: () => void = () => undefined;
    const wait = (dueMs: number | undefined) => {
      if (dueMs === undefined) return;
      const restMs = dueMs - deps.clock.now();
      cancel = deps.clock.schedule(Math.min(Math.max(0, restMs), LONGEST_WAIT_MS), () => {
        if (restMs > LONGEST_WAIT_MS) return wait(dueMs);
        run(schedule, dueMs);
        // From the due time, so that a late timer does not make the beat drift; after a sleep of the machine
        // from now, so that missed beats are not made up for.
        const lateMs = deps.clock.now() - dueMs;
        wait(nextRun(lateMs > MAX_LATE_MS ? deps.clock.now() : dueMs));
      });
    };
    wait(nextRun(deps.clock.now()));
    return () => cancel();
  }

  function run(schedule: Schedule, dueMs: number): void {
    const payload = Buffer.from(schedule.input ?? JSON.stringify(scheduledEvent(schedule, dueMs, deps.newId())));
    deps.invokeFunction({ functionArn: schedule.functionArn, payload }).catch((error: unknown) => {
      deps.onFailure?.(schedule, error);
    });
  }

  return {
    set(schedules) {
      for (const { expression } of schedules) parseScheduleExpression(expression);
      const wanted = new Map(schedules.map((schedule) => [JSON.stringify(schedule), schedule]));
      for (const [key, cancel] of active) {
        if (wanted.has(key)) continue;
        cancel();
        active.delete(key);
      }
      for (const [key, schedule] of wanted) if (!active.has(key)) active.set(key, start(schedule));
    },
    dispose() {
      for (const cancel of active.values()) cancel();
      active.clear();
    },
  };
}

/** The event of a scheduled rule (EventBridge user guide, "Creating a rule that runs on a schedule"). */
function scheduledEvent({ name, functionArn }: Schedule, dueMs: number, id: string): object {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return {
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: new Date(dueMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${name}`],
    detail: {},
  };
}
