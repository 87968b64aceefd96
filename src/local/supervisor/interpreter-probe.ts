import path from 'node:path';
import { readTextIfExists, realpath } from '../../system/files.js';
import { runShortCommand } from '../../system/run-short-command.js';
import { LaunchFailure } from '../core/ports.js';
import { compareVersions, type Interpreter, startsVersion } from './interpreter-search.js';

/** How the interpreters of one language are looked for. */
export interface LanguageSearch {
  /** The function's runtime, such as `python3.13`. */
  readonly runtime: string;
  /** The beginning of the version that it stands for, such as `3.13`. */
  readonly wanted: string;
  /** The language's name for people. */
  readonly language: string;
  /** How to get the right one, as a sentence. */
  readonly advice: string;
  /** Programs that may be it, the likely ones first. */
  candidates(): Promise<readonly string[]>;
  /** Starts a program and asks it what it is; undefined when it does not answer. */
  probe(command: string): Promise<Interpreter | undefined>;
}

/**
 * The first candidate of the wanted version; else the nearest one with a warning.
 * @throws LaunchFailure when there is none at all
 */
export async function findByProbing(search: LanguageSearch): Promise<Interpreter> {
  const others: Interpreter[] = [];
  for (const command of new Set(await search.candidates())) {
    const found = await search.probe(command);
    if (found === undefined) continue;
    if (startsVersion(found.version, search.wanted)) return found;
    others.push(found);
  }
  const nearest = nearestVersion(others, search.wanted);
  if (nearest === undefined) {
    throw new LaunchFailure(
      'Runtime.InvalidEntrypoint',
      `No ${search.language} was found on this machine for the runtime ${search.runtime}. ${search.advice}`,
    );
  }
  return {
    ...nearest,
    warning: `${search.runtime}: no ${search.language} ${search.wanted} found on this machine, running with ${search.language} ${nearest.version}. ${search.advice}`,
  };
}

/** The oldest newer one, for code of the wanted version mostly runs on it; else the newest older one. */
export function nearestVersion<T extends { readonly version: string }>(
  found: readonly T[],
  wanted: string,
): T | undefined {
  const sorted = found.toSorted((left, right) => compareVersions(left.version, right.version));
  return sorted.find(({ version }) => compareVersions(version, wanted) > 0) ?? sorted.at(-1);
}

/** Runs a one-line program that prints version, prefix and program on three lines. */
export async function askInterpreter(command: string, args: readonly string[]): Promise<Interpreter | undefined> {
  const result = await runShortCommand(command, args, { timeoutMs: 10_000 });
  const [version, prefix, program] = result.stdout.split(/\r?\n/);
  if (result.exitCode !== 0 || version === undefined || prefix === undefined || program === undefined) return undefined;
  return { version, prefix: await realpath(prefix), command: await realpath(program) };
}

/** Reads what a Java installation says of itself in its file `release`. */
export async function readJavaRelease(command: string): Promise<Interpreter | undefined> {
  const real = await realpath(command).catch(() => undefined);
  if (real === undefined) return undefined;
  const prefix = path.dirname(path.dirname(real));
  // The file of a JDK 8 lies one level above, for its java is that of the contained JRE.
  const release =
    (await readTextIfExists(path.join(prefix, 'release'))) ??
    (await readTextIfExists(path.join(path.dirname(prefix), 'release')));
  // Until Java 8 the version began with 1.
  const version = /^JAVA_VERSION="(?:1\.)?([\d.]+)/m.exec(release ?? '')?.[1];
  return version === undefined ? undefined : { command: real, prefix, version };
}
