import type { Clock, LaunchedProcess, ProcessExit } from '../ports.js';
import type { ExtensionRegistry } from './extension-registry.js';

export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

/** A started process and its end. */
export interface RunningProcess {
  /** Undefined for the runtime. */
  readonly extensionName: string | undefined;
  readonly process: LaunchedProcess;
  readonly exited: Promise<ProcessExit>;
  hasExited: boolean;
}

export interface ShutDownOptions {
  readonly clock: Clock;
  readonly reason: ShutdownReason;
  readonly processes: readonly RunningProcess[];
  readonly extensions: ExtensionRegistry;
  newId(): string;
}

// Lambda developer guide, "Lambda execution environment lifecycle", shutdown phase, and "Lambda Extensions API".
const INTERNAL_ONLY_BUDGET_MS = 500;
const EXTERNAL_BUDGET_MS = 2000;
const RUNTIME_SHARE_MS = 300;
const RUNTIME_SHARE_WITH_INTERNAL_MS = 500;
/** How long a killed process may take to vanish before we go on without it. */
const KILL_WAIT_MS = 2000;

/**
 * Ends all processes of an environment: the runtime first, then the external extensions, which are
 * told the reason. Without extensions the runtime is killed at once; nobody could use more time.
 */
export async function shutDown(options: ShutDownOptions): Promise<void> {
  const { clock, processes, extensions } = options;
  const startedAt = clock.monotonic();
  const hasExternal = processes.some(({ extensionName }) => extensionName !== undefined);
  const budgetMs = hasExternal ? EXTERNAL_BUDGET_MS : extensions.hasInternal ? INTERNAL_ONLY_BUDGET_MS : 0;
  const shareMs = extensions.hasInternal ? RUNTIME_SHARE_WITH_INTERNAL_MS : RUNTIME_SHARE_MS;
  const deadlineMs = Math.floor(clock.now() + budgetMs);

  const runtime = processes.filter(({ extensionName }) => extensionName === undefined);
  await end(options, runtime, { isTold: false, graceMs: Math.min(budgetMs, shareMs) });

  const subscribed = processes.filter((entry) => isSubscribed(entry, extensions));
  const silent = processes.filter((entry) => entry.extensionName !== undefined && !subscribed.includes(entry));
  extensions.broadcast({ eventType: 'SHUTDOWN', deadlineMs, shutdownReason: options.reason });
  const leftMs = Math.max(0, budgetMs - (clock.monotonic() - startedAt));
  await Promise.all([
    end(options, silent, { isTold: true, graceMs: 0 }),
    end(options, subscribed, { isTold: true, graceMs: leftMs }),
  ]);
}

function isSubscribed({ extensionName }: RunningProcess, extensions: ExtensionRegistry): boolean {
  return extensionName !== undefined && extensions.find(extensionName)?.subscribesTo('SHUTDOWN') === true;
}

/** Waits `graceMs` for the processes to end, after a SIGTERM when nobody told them otherwise; then kills them. */
async function end(
  { clock, extensions }: ShutDownOptions,
  processes: readonly RunningProcess[],
  { isTold, graceMs }: { readonly isTold: boolean; readonly graceMs: number },
): Promise<void> {
  if (processes.length === 0) return;
  const allExited = Promise.all(processes.map(({ exited }) => exited));
  if (graceMs > 0) {
    if (!isTold) for (const { process } of processes) process.signal('SIGTERM');
    await withLimit(clock, graceMs, allExited);
  }
  for (const entry of processes) {
    if (!entry.hasExited && entry.extensionName !== undefined) {
      extensions.find(entry.extensionName)?.markShutdownFailed();
    }
    // Also after the end of the leader: its children are in the same group.
    entry.process.signal('SIGKILL');
  }
  await withLimit(clock, KILL_WAIT_MS, allExited);
}

function withLimit(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(limitMs, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
