import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly name: string;
}

/** Every process of the machine, by /proc. */
async function listProcesses(): Promise<readonly Entry[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(names.map((name) => readEntry(Number(name))));
  return entries.filter((entry) => entry !== undefined);
}

async function readEntry(pid: number): Promise<Entry | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(')');
  const [state = '', parent = ''] = stat.slice(end + 2).split(' ');
  return { pid, parent: Number(parent), state, name: stat.slice(stat.indexOf('(') + 1, end) };
}

/** The living descendants of a process, without itself. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const entries = (await listProcesses()).filter(({ state }) => !'ZX'.includes(state));
  const below = (parent: number): number[] =>
    entries.filter((entry) => entry.parent === parent).flatMap((entry) => [entry.pid, ...below(entry.pid)]);
  return below(pid);
}

/** True while a process exists and is more than a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const entry = await readEntry(pid);
  return entry !== undefined && !'ZX'.includes(entry.state);
}

export async function isStopped(pid: number): Promise<boolean> {
  return (await readEntry(pid))?.state === 'T';
}

/** Living processes of a name that have `marker` in their environment. */
export async function findByName(name: string, marker: string): Promise<readonly number[]> {
  const entries = (await listProcesses()).filter((entry) => entry.name === name && !'ZX'.includes(entry.state));
  const found = await Promise.all(
    entries.map(async ({ pid }) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(marker) ? pid : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

/**
 * Ends a program with SIGKILL and waits for what it has started and could not end itself, which may otherwise make folders anew
 * that the test has just removed: a `mount` under way makes those that it wants. Does nothing when the program has ended.
 */
export async function killWithDescendants(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Stopped, so that it starts nothing between the look and the kill.
  child.kill('SIGSTOP');
  const left = process.platform === 'linux' ? await descendantsOf(child.pid!) : [];
  child.kill('SIGKILL');
  await ended;
  while ((await Promise.all(left.map(isAlive))).includes(true)) await pause(10);
}
