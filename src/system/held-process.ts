import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';

/** More of what a failed program said is not worth keeping. */
const MAX_COMPLAINT_CHARACTERS = 2000;

/** The line with which a held program says that it has done what it was to do. */
const READY_LINE = 'ready\n';

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
  readonly isRunning: boolean;
  /** Resolves when it ended, whatever the reason. */
  readonly ended: Promise<void>;
  /** Writes one line to its stdin; nothing happens when it is gone. */
  send(line: string): void;
  /**
   * Writes a line, or some, to its stdin and waits until it says again that it is ready. One request at a time.
   * @throws Error with what the program wrote to stderr when it ends instead, also by the signal
   */
  request(line: string, signal?: AbortSignal): Promise<void>;
  /** Closes its stdin and waits for its end. */
  release(): Promise<void>;
  /** Ends it at once and waits. */
  kill(): Promise<void>;
}

/**
 * Starts a program in a session of its own and waits until it writes `ready`. It does not keep our event loop alive,
 * but while it is waited for.
 * @throws Error with what the program wrote to stderr when it ends before, also by the signal
 */
export async function startHeldProcess(options: HeldProcessOptions): Promise<HeldProcess> {
  const { ready } = spawnHeldProcess(options);
  return ready;
}

/** As `startHeldProcess`, for somebody who does something else before it is ready. */
export function spawnHeldProcess({ command, args, env, signal }: HeldProcessOptions): {
  readonly ready: Promise<HeldProcess>;
} {
  const child = spawn(command, [...args], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Not in our group: Ctrl-C in the terminal must not end it before its time.
    detached: true,
  });
  child.stdin.on('error', () => undefined); // EPIPE: it is gone, which `ended` tells
  const held = new Held(child);
  return { ready: held.readiness(signal).then(() => held) };
}

class Held implements HeldProcess {
  readonly ended: Promise<void>;
  #end: Error | undefined;
  #complaint = '';
  /** What it wrote since it was ready last. */
  #said = '';
  #waiting: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(private readonly child: ChildProcess) {
    const fail = (error: Error) => {
      this.#end ??= error;
      this.#waiting?.reject(this.#end);
    };
    child.once('error', fail);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.#complaint.length < MAX_COMPLAINT_CHARACTERS) this.#complaint += text;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        const ending = `${child.spawnfile} ended (${signal ?? exitCode}) before it was ready`;
        fail(new Error(this.#complaint.trim() || ending));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  send(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  request(line: string, signal?: AbortSignal): Promise<void> {
    this.send(line);
    return this.readiness(signal);
  }

  release(): Promise<void> {
    this.#keepAlive(true);
    this.child.stdin?.end();
    return this.ended;
  }

  kill(): Promise<void> {
    this.#keepAlive(true);
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Resolves with the next line that says so; the signal ends the program. */
  async readiness(signal: AbortSignal | undefined): Promise<void> {
    const kill = (): void => void this.child.kill('SIGKILL');
    if (signal?.aborted) kill();
    signal?.addEventListener('abort', kill, { once: true });
    this.#keepAlive(true);
    try {
      await new Promise<void>((resolve, reject) => {
        if (this.#end !== undefined) return reject(this.#end);
        this.#waiting = { resolve, reject };
        this.#hear('');
      });
    } finally {
      this.#waiting = undefined;
      signal?.removeEventListener('abort', kill);
      this.#keepAlive(false);
    }
  }

  /** What is said while nobody waits is forgotten but for its last line. */
  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-READY_LINE.length);
    if (this.#waiting === undefined || this.#said !== READY_LINE) return;
    this.#said = '';
    this.#waiting.resolve();
  }

  #keepAlive(keepsAlive: boolean): void {
    const { stdin, stdout, stderr } = this.child;
    const streams = [stdin, stdout, stderr].filter((stream) => stream instanceof net.Socket);
    for (const handle of [this.child, ...streams]) keepsAlive ? handle.ref() : handle.unref();
  }
}
