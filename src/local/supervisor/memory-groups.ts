import path from 'node:path';
import { createMemoryGroup, type MemoryGroup, removeMemoryGroup } from '../../system/memory-group.js';
import { findMemoryHierarchy, type MemoryHierarchy } from '../../system/memory-hierarchy.js';
import { isSameProcessRunning, type ProcessIdentity } from '../../system/process-identity.js';
import { readdir } from '../../system/quick-files.js';
import { runShortCommand } from '../../system/run-short-command.js';
import { NO_PASSED_TRIALS, type PassedTrials } from './passed-trials.js';

/** Begins the names of our groups; behind it come the owner's pid and start time and the environment. */
const PREFIX = 'lambdakit';

/** As good as no limit, for the trial. */
const TRIAL_BYTES = 64 * 1024 * 1024;

/** The control groups that limit the memory of environments, on a machine that permits them. */
export interface MemoryGroups {
  readonly version: 1 | 2;
  /** @throws the system error */
  create(environmentId: string, limitBytes: number): Promise<MemoryGroup>;
}

export type MemoryGroupsChoice =
  | { readonly kind: 'group'; readonly groups: MemoryGroups }
  | { readonly kind: 'measure'; readonly reason: string };

export interface MemoryGroupsOptions {
  readonly owner: ProcessIdentity;
  readonly findHierarchy?: () => Promise<MemoryHierarchy | undefined>;
  /** Default: nothing has been tried before. */
  readonly trials?: PassedTrials;
}

/**
 * Finds out by really trying whether processes can be put into groups with a memory limit: the nearest
 * group above us that permits it is taken, so that the limits which apply to us apply to functions too.
 * Removes what services that died left in it.
 */
export async function chooseMemoryGroups(options: MemoryGroupsOptions): Promise<MemoryGroupsChoice> {
  const { owner, findHierarchy = findMemoryHierarchy, trials = NO_PASSED_TRIALS } = options;
  const hierarchy = await findHierarchy();
  if (hierarchy === undefined) return { kind: 'measure', reason: 'the kernel has no control groups for memory' };
  let reason = 'no group above this process controls the memory of others';
  for (const parent of hierarchy.parents) {
    const groups = groupsBelow(parent, hierarchy.version, owner);
    const trial = `processes enter groups below ${parent}`;
    const refusal = (await trials.has(trial)) ? undefined : await tryOut(groups);
    if (refusal === undefined) {
      await Promise.all([trials.note(trial), sweep(parent)]);
      return { kind: 'group', groups };
    }
    reason = refusal;
  }
  return { kind: 'measure', reason };
}

function groupsBelow(parent: string, version: 1 | 2, { pid, startTime = '0' }: ProcessIdentity): MemoryGroups {
  const folderOf = (environmentId: string): string =>
    path.join(parent, `${PREFIX}-${pid}-${startTime}-${environmentId}`);
  return {
    version,
    create: (environmentId, limitBytes) => createMemoryGroup(folderOf(environmentId), version, limitBytes),
  };
}

/** Why processes cannot be put into groups there; undefined when they can. */
async function tryOut(groups: MemoryGroups): Promise<string | undefined> {
  let group: MemoryGroup;
  try {
    group = await groups.create(`trial-${Math.random().toString(36).slice(2)}`, TRIAL_BYTES);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const trial = await runShortCommand('/bin/sh', ['-c', 'echo 0 > "$1"', 'sh', group.entryFile]);
  await group.remove();
  return trial.exitCode === 0 ? undefined : `a process cannot be moved into a group: ${trial.all}`;
}

/** Removes the groups of services that do not live any more. One with processes in it stays. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid, startTime] = new RegExp(`^${PREFIX}-(\\d+)-(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || (await isSameProcessRunning({ pid: Number(pid), startTime }))) continue;
    await removeMemoryGroup(path.join(parent, name));
  }
}
