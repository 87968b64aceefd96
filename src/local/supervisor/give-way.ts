import { availableParallelism } from 'node:os';
import type { ProcessTree } from '../../system/process-tree.js';
import { lowerSessionWeight } from '../../system/session-weight.js';

/** Leaves a third of the weight that the service has: a function beside a busy machine still gets a good part of it. */
const STEPS_OF_FEW = 5;

/** Leaves a tenth: so many share that each gets little anyway, and the service must not get as little. */
const STEPS_OF_MANY = 10;

/** Beyond so many environments for each core they are many. */
const FEW_PER_CORE = 2;

/**
 * Lets the processes of an environment give way to the service, which all callers wait for. On Lambda the two never
 * share a core.
 * @param atWork how many environments are not frozen, this one included
 */
export function giveWay(tree: ProcessTree, atWork: number): void {
  lowerSessionWeight(tree, atWork > FEW_PER_CORE * availableParallelism() ? STEPS_OF_MANY : STEPS_OF_FEW);
}
