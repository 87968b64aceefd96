import { readFileSync, writeFileSync } from 'node:fs';
import { systemErrorCode } from './files.js';
import { statFields } from './process-stat.js';
import type { ProcessTree } from './process-tree.js';

/** A doorkeeper opens the session of its child within milliseconds, or on a very busy machine within seconds. */
const LOOK_MS = 5;
const LOOKS = 1_000;

/** The kernel lets users without privileges change one session on the whole machine in so many milliseconds. */
const TURN_MS = 100;

/**
 * Gives the session that the leader of a tree opens, or has opened, less weight where several want the same processor, in
 * steps of nice(2): each takes a fifth of it. Linux divides processors among sessions (autogroup, sched(7)) and does
 * not look at the priorities of their processes. Where that is not so, or not permitted, nothing happens.
 */
export function lowerSessionWeight(tree: ProcessTree, steps: number): void {
  if (process.platform === 'linux') queue.add({ tree, steps });
}

interface Change {
  readonly tree: ProcessTree;
  readonly steps: number;
}

/** Changes that take a moment to become possible. */
class ChangeQueue {
  readonly #waiting: { readonly change: Change; looks: number }[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(change: Change): void {
    this.#waiting.push({ change, looks: 0 });
    this.#workSoon(0);
  }

  #workSoon(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, delayMs).unref();
  }

  #work(): void {
    const entries = this.#waiting.splice(0);
    for (const [index, entry] of entries.entries()) {
      const result = apply(entry.change);
      if (result === 'not-our-turn') {
        this.#waiting.push(...entries.slice(index));
        this.#workSoon(TURN_MS);
        return;
      }
      entry.looks += 1;
      if (result === 'not-yet' && entry.looks < LOOKS) this.#waiting.push(entry);
    }
    if (this.#waiting.length > 0) this.#workSoon(LOOK_MS);
  }
}

const queue = new ChangeQueue();

function apply({ tree, steps }: Change): 'done' | 'not-yet' | 'not-our-turn' {
  if (!tree.isRunning) return 'done';
  const pid = tree.leaderPid();
  try {
    if (pid === undefined || !leadsSession(pid)) return 'not-yet';
    writeFileSync(`/proc/${pid}/autogroup`, String(steps));
    return 'done';
  } catch (error) {
    // Else there are no autogroups, this one is not ours to change, or the process has just ended.
    return systemErrorCode(error) === 'EAGAIN' ? 'not-our-turn' : 'done';
  }
}

/** @throws the system error */
function leadsSession(pid: number): boolean {
  const { 3: session } = statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return Number(session) === pid;
}
