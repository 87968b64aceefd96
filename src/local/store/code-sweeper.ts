import type { ServiceState } from './service-state.js';

/** Removes packages that nobody refers to any more, while the service runs. */
export interface CodeSweeper {
  /** Call it after code was replaced or deleted. */
  sweep(): Promise<void>;
}

/** Longer than any invocation that may still read the old files: 15 minutes and the time around it. */
const GRACE_MS = 20 * 60_000;

/** A package goes when it was unclaimed for twenty minutes; what is being added is unclaimed for a moment too. */
export function createCodeSweeper(state: ServiceState, now: () => number): CodeSweeper {
  const unclaimedSince = new Map<string, number>();
  return {
    sweep: () => {
      const isClaimed = claimedCode(state);
      return state.code.sweep((sha256) => {
        if (isClaimed(sha256)) {
          unclaimedSince.delete(sha256);
          return true;
        }
        const since = unclaimedSince.get(sha256) ?? now();
        unclaimedSince.set(sha256, since);
        return now() - since < GRACE_MS;
      });
    },
  };
}

/** Code that a function, one of its versions or a layer still refers to. */
export function claimedCode(state: Pick<ServiceState, 'functions' | 'layers'>): (sha256: string) => boolean {
  const claimed = new Set<string>();
  for (const { latest, versions } of state.functions.values()) {
    for (const { code, settings } of [latest, ...Object.values(versions)]) {
      claimed.add(code.CodeSha256);
      for (const layer of settings.Layers ?? []) claimed.add(layer.CodeSha256);
    }
  }
  for (const { versions } of state.layers.values()) {
    for (const { code } of Object.values(versions)) claimed.add(code.CodeSha256);
  }
  return (sha256) => claimed.has(sha256);
}
