import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';

/** More of what a failed program said is not worth keeping. */
const MAX_COMPLAINT_CHARACTERS = 2000;

export interface HeldProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the program when it aborts before the program is ready; later it is not listened to. */
  readonly signal?: AbortSignal;
}

/**
 * A program that lives exactly as long as we hold its stdin: it ends when we close it, and also when we
 * die in whatever way, for then the kernel closes it.
 */
export interface HeldProcess {
  readonly pid: number;
  /** Resolves when it ended, whatever the reason. */
  readonly ended: Promise<void>;
  /** Writes one line to its stdin; nothing happens when it is gone. */
  send(line: string): void;
  /** Closes its stdin and waits for its end. */
  release(): Promise<void>;
  /** Ends it at once and waits. */
  kill(): Promise<void>;
}

/**
 * Starts a program in a session of its own and waits until it writes `ready`. It does not keep our event loop alive.
 * @throws Error with what the program wrote to stderr when it ends before, also by the signal
 */
export async function startHeldProcess(options: HeldProcessOptions): Promise<HeldProcess> {
  const child = spawn(options.command, [...options.args], {
    env: { ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Not in our group: Ctrl-C in the terminal must not end it before its time.
    detached: true,
  });
  child.stdin.on('error', () => undefined); // EPIPE: it is gone, which `ended` tells
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  await untilReady(child, options.signal);
  const streams = [child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof net.Socket);
  const setKeepsAlive = (keepsAlive: boolean): void => {
    for (const handle of [child, ...streams]) keepsAlive ? handle.ref() : handle.unref();
  };
  setKeepsAlive(false);
  child.stdout?.resume();
  child.stderr?.resume();
  return {
    pid: child.pid ?? 0,
    ended,
    send: (line) => {
      child.stdin.write(`${line}\n`);
    },
    release: () => {
      setKeepsAlive(true);
      child.stdin.end();
      return ended;
    },
    kill: () => {
      setKeepsAlive(true);
      child.kill('SIGKILL');
      return ended;
    },
  };
}

async function untilReady(child: ChildProcess, signal: AbortSignal | undefined): Promise<void> {
  const kill = (): void => void child.kill('SIGKILL');
  if (signal?.aborted) kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    await readiness(child);
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complaint = '';
    child.once('error', reject);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('ready\n')) resolve();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < MAX_COMPLAINT_CHARACTERS) complaint += text;
    });
    child.once('close', (exitCode, signal) => {
      reject(new Error(complaint.trim() || `${child.spawnfile} ended (${signal ?? exitCode}) before it was ready`));
    });
  });
}
