import path from 'node:path';
import { constants } from '../../system/files.js';
import { access, readdir, realpath } from '../../system/quick-files.js';
import { runShortCommand } from '../../system/run-short-command.js';

/** The places where interpreters are looked for; all of them can be given, for tests. */
export interface SearchPlaces {
  readonly homeFolder: string;
  /** Our own variables: `PATH`, `JAVA_HOME`, `NVM_DIR`, `PYENV_ROOT` … */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** One interpreter on this machine. */
export interface Interpreter {
  /** Real path of the program. */
  readonly command: string;
  /** The folder above its `bin`; becomes `/var/lang`. */
  readonly prefix: string;
  /** Full version, such as `3.12.1`. */
  readonly version: string;
  /** Said once when it is not what the function asks for. */
  readonly warning?: string;
}

/** All programs of these names on the search path, in the order of the path. */
export async function findOnPath(names: readonly string[], places: SearchPlaces): Promise<readonly string[]> {
  const folders = (places.variables.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates = folders.flatMap((folder) => names.map((name) => path.join(folder, `${name}${suffix}`)));
  return keepExecutables(candidates);
}

/**
 * Programs of a version manager: `<base>/<version>/<program>`, newest version first. `wanted` is the
 * beginning of the version (`22`, `3.12`), empty for all; folders may carry a name before it.
 */
export async function findInVersionFolders(
  bases: readonly string[],
  wanted: string,
  program: string,
): Promise<readonly string[]> {
  const candidates: string[] = [];
  for (const base of bases) {
    const names = await readdir(base).catch(() => []);
    const fitting = names
      .filter((name) => startsVersion(name.replace(/^[^\d]*/, ''), wanted))
      .sort((left, right) => compareVersions(right.replace(/^[^\d]*/, ''), left.replace(/^[^\d]*/, '')));
    candidates.push(...fitting.map((name) => path.join(base, name, program)));
  }
  return keepExecutables(candidates);
}

/** True when `version` is `wanted` or begins with it at a dot. */
export function startsVersion(version: string, wanted: string): boolean {
  return wanted === '' || version === wanted || version.startsWith(`${wanted}.`);
}

export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(/[^\d]+/).map(Number));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Asks a program for its version (`argument`) and reads it with `pattern`'s first group; undefined when it does not answer. */
export async function askVersion(command: string, argument: string, pattern: RegExp): Promise<string | undefined> {
  const result = await runShortCommand(command, [argument], { timeoutMs: 10_000 });
  return result.exitCode === 0 ? pattern.exec(result.all)?.[1] : undefined;
}

export async function describeInterpreter(command: string, version: string): Promise<Interpreter> {
  const real = await realpath(command);
  return { command: real, prefix: path.dirname(path.dirname(real)), version };
}

async function keepExecutables(candidates: readonly string[]): Promise<readonly string[]> {
  const checked = await Promise.all(
    candidates.map(async (file) => {
      try {
        await access(file, constants.X_OK);
        return file;
      } catch {
        return undefined; // not there or not for us
      }
    }),
  );
  return checked.filter((file) => file !== undefined);
}
