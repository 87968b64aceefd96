import { onTestFinished } from 'vitest';
import { seededRandom } from './fault-proxy.js';

interface FlakyLookups {
  readonly counts: { readonly found: number; readonly failed: number };
  stop(): void;
}

/** Lookups of names that end with `.flaky.test` fail at a rate until the end of the test, as the seed has it. */
export async function failLookups(rate: number, seed: number): Promise<FlakyLookups> {
  const fixture = new URL('../fixtures/flaky-lookups.mjs', import.meta.url).href;
  const { failLookups: start } = (await import(/* @vite-ignore */ fixture)) as {
    readonly failLookups: (options: { readonly rate: number; readonly random: () => number }) => FlakyLookups;
  };
  const flaky = start({ rate, random: seededRandom(seed) });
  onTestFinished(() => flaky.stop());
  return flaky;
}
