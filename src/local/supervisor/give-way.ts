import { availableParallelism } from 'node:os';
import type { ProcessTree } from '../../system/process-tree.js';
import { lowerSessionWeight } from '../../system/session-weight.js';

/** Leaves a tenth of the weight that a session has. */
const STEPS = 10;

/** So many environments for each core leave the service its part; and few shall be as fast as what else the machine does. */
const FEW_PER_CORE = 2;

/**
 * Lets the processes of an environment give way to the service, which all callers wait for, when many are at work. On
 * Lambda the two never share a core.
 * @param atWork how many environments are not frozen, this one included
 */
export function giveWay(tree: ProcessTree, atWork: number): void {
  if (atWork > FEW_PER_CORE * availableParallelism()) lowerSessionWeight(tree, STEPS);
}
