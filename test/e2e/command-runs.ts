import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from './bin-kit.js';

/** How a command is run: by a person, by a script, by a script that wants a document. */
export type Mode = 'terminal' | 'plain' | 'json';

export interface CommandRun {
  readonly words: readonly string[];
  readonly code: number | null;
  /** At a terminal it holds what goes to stderr, too. */
  readonly stdout: string;
  readonly stderr: string;
  readonly isHung: boolean;
}

export interface RunCommandOptions {
  readonly mode: Mode;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Width of the terminal. */
  readonly columns?: number;
}

const bin = path.join(root, 'bin', 'run.js');
const ENVIRONMENT = { TERM: 'xterm-256color', SHELL: '/bin/sh', AWS_EC2_METADATA_DISABLED: 'true' };
/** No command of a matrix needs a tenth of it, also on a busy machine. */
const HUNG_AFTER_MS = 60_000;

/** Why nothing can be run at a terminal here; undefined when it can. */
export function terminalMissing(): string | undefined {
  const found = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' });
  return found.status === 0 ? undefined : 'script(1) of util-linux is not installed';
}

/** A command under way. */
export interface StartedCommand {
  readonly ended: Promise<CommandRun>;
  /** Resolves when the text has been printed; throws when the command ends before. */
  saw(pattern: RegExp): Promise<void>;
  /** Ctrl-C: at a terminal the key, elsewhere the signal. */
  interrupt(): void;
  kill(signal: NodeJS.Signals): void;
  /** Keys at the terminal. */
  type(keys: string): void;
}

/** Runs the built program to its end, and stops it when it has none. */
export async function runCommandIn(words: readonly string[], options: RunCommandOptions): Promise<CommandRun> {
  return startCommandIn(words, options).ended;
}

/** Starts the built program; it is stopped when it has not ended after a minute. */
export function startCommandIn(
  words: readonly string[],
  { mode, cwd, env, columns = 100 }: RunCommandOptions,
): StartedCommand {
  const all = mode === 'json' ? [...words, '--json'] : words;
  const isTerminal = mode === 'terminal';
  const commandLine = [process.execPath, bin, ...all].map(quoted).join(' ');
  const [file, args] = isTerminal
    ? (['script', ['-qec', `stty cols ${columns}; exec ${commandLine}`, '/dev/null']] as const)
    : ([process.execPath, [bin, ...all]] as const);
  const child = spawn(file, args, {
    cwd,
    env: { ...ENVIRONMENT, PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: [isTerminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    stopSession(child.pid);
  }, HUNG_AFTER_MS);
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    clearTimeout(timer);
    return { words: all, code: code as number | null, ...printed, isHung };
  });
  const saw = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(printed.stdout + printed.stderr)) resolve();
      };
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      void ended.then((run) => reject(new Error(`it ended before: ${JSON.stringify(run)}`)));
      look();
    });
  const type = (keys: string): void => {
    child.stdin?.write(keys);
  };
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  return { ended, saw, type, kill, interrupt: () => (isTerminal ? type('\u0003') : kill('SIGINT')) };
}

/** script(1) gives what it runs a session of its own, which its end does not take along when it does not listen. */
function stopSession(pid: number | undefined): void {
  if (pid === undefined) return;
  const listed = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  for (const child of listed
    .split('\n')
    .map(Number)
    .filter((found) => found > 0))
    stopGroup(child);
  stopGroup(pid);
}

function stopGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
