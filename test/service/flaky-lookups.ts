import { onTestFinished } from 'vitest';
import { seededRandom } from './fault-proxy.js';

interface FlakyLookups {
  readonly counts: { readonly found: number; readonly failed: number };
  stop(): void;
}

/**
 * Lookups of names that end with `.flaky.test` fail at a rate until the end of the test, as the seed has it: for each name
 * for itself, so that it does not depend on what others do meanwhile.
 */
export async function failLookups(rate: number, seed: number): Promise<FlakyLookups> {
  const fixture = new URL('../fixtures/flaky-lookups.mjs', import.meta.url).href;
  const { failLookups: start } = (await import(/* @vite-ignore */ fixture)) as {
    readonly failLookups: (options: {
      readonly rate: number;
      randomOf(hostname: string): () => number;
    }) => FlakyLookups;
  };
  const generators = new Map<string, () => number>();
  const randomOf = (hostname: string) => {
    const known = generators.get(hostname) ?? seededRandom(seed + 7_919 * Number(/\d+/.exec(hostname)?.[0] ?? 0));
    generators.set(hostname, known);
    return known;
  };
  const flaky = start({ rate, randomOf });
  onTestFinished(() => flaky.stop());
  return flaky;
}
