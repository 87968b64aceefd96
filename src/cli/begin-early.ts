import { prepareInvocation } from '../local/index.js';

/**
 * What a command begins before it is read itself: namespaces take as long to build as the program for an invocation
 * takes to load, and another core does it. Resolves when it is under way.
 */
export async function beginEarly([topic, command, ...rest]: readonly string[]): Promise<void> {
  if (topic !== 'local' || command !== 'invoke') return;
  if (rest.some((word) => /^(?:--help|(?:--isolation=)?process)$/.test(word))) return;
  // Where it has no place the invocation itself will say so.
  await prepareInvocation().catch(() => undefined);
}
