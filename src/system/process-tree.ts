import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate as setImmediatePromise, setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { enteringGroup } from './group-entry.js';
import { type OutputPipe, openOutputPipe } from './output-pipe.js';
import { signalGroup, signalProcess } from './process-signals.js';
import { statFields } from './process-stat.js';

/** A process that left its group may hold the output open for ever; after this time we stop reading. */
const OUTPUT_GRACE_MS = 100;

/** How often more time is given when something still came. */
const OUTPUT_ROUNDS = 3;

/** A doorkeeper starts its child within milliseconds, or on a very busy machine within seconds. */
const LEADER_WAIT_MS = 4000;

/** How long a doorkeeper may take to notice that its child stopped. */
const DOORKEEPER_PATIENCE_MS = 4000;

const STOPPED_LOOK_MS = 200;

export interface ProcessTreeEnd {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface ProcessTreeOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing of our own is added. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The entry file of a control group in which it starts, with all that it starts. Linux. */
  readonly groupEntry?: string | undefined;
  /** A named pipe (`createNamedPipes`) that takes stdout and stderr in the order of writing; elsewhere a shell joins the two. */
  readonly outputPipe?: string;
  /** Further descriptors of the program that lead into the same pipe. */
  readonly outputDescriptors?: readonly number[] | undefined;
  /** A descriptor of the program that is a connection to us, and who takes our end of it. Not on Windows. */
  readonly connection?: { readonly descriptor: number; accept(ours: Socket): void } | undefined;
  /**
   * `self`: the started program leads the group. `child`: it is a doorkeeper (nsenter) which waits for one child
   * that leads a group of its own, and ends as that child ends.
   */
  readonly leader?: 'self' | 'child';
  /** Descriptors that would leak (`inheritableDescriptors`): the program finds /dev/null in their place. */
  readonly hiddenDescriptors?: readonly number[];
  onOutput(chunk: Uint8Array): void;
  /** The last call; the output was read before it. */
  onExit(end: ProcessTreeEnd): void;
}

export interface ProcessTree {
  readonly pid: number;
  /** The process that leads the group; undefined while the doorkeeper has not started it. */
  leaderPid(): number | undefined;
  readonly isRunning: boolean;
  /** Signals the whole group. Never throws when it is gone. */
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts a program as the leader of its own session and process group, with stdin closed and no
 * descriptor of ours but those it is given. What is left of its group is killed when the leader ends.
 * @throws the system error (`ENOENT`, `EACCES`, `ENOEXEC` …) when the program cannot be started
 */
export async function spawnProcessTree(options: ProcessTreeOptions): Promise<ProcessTree> {
  const pipe = options.outputPipe === undefined ? undefined : openOutputPipe(options.outputPipe);
  let child: ChildProcess;
  try {
    child = await startChild(options, pipe);
  } catch (error) {
    pipe?.reader.destroy();
    throw error;
  } finally {
    pipe?.closeDescriptors();
  }
  const tree = new SpawnedTree(child, options.leader ?? 'self');
  tree.learnLeader();
  const { connection } = options;
  if (connection !== undefined) connection.accept(child.stdio[connection.descriptor] as Socket);
  void reportLife(child, tree, pipe?.reader ?? joinedOutput(child), options);
  return tree;
}

async function startChild(options: ProcessTreeOptions, pipe: OutputPipe | undefined): Promise<ChildProcess> {
  const isWindows = process.platform === 'win32';
  const joinsInShell = pipe === undefined && !isWindows;
  const more = openMore(options, pipe);
  const output = pipe?.descriptor ?? 'pipe';
  const { command, args } = options.groupEntry === undefined ? options : enteringGroup(options.groupEntry, options);
  const child = spawn(
    joinsInShell ? '/bin/sh' : command,
    joinsInShell ? ['-c', 'exec "$0" "$@" 2>&1', command, ...args] : [...args],
    {
      env: { ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      stdio: ['ignore', output, output, ...more.stdio],
      // On Windows libuv ties a child that is not detached to a job object that dies with us.
      detached: !isWindows,
      windowsHide: true,
    },
  );
  more.close();
  await once(child, 'spawn');
  return child;
}

/** The stdio entries from 3 on: those into the pipe, the connection, /dev/null over those to be hidden, and nothing about all others. */
function openMore(
  { hiddenDescriptors: hidden = [], outputDescriptors = [], connection }: ProcessTreeOptions,
  pipe: OutputPipe | undefined,
): { readonly stdio: ('ignore' | 'pipe' | number)[]; close(): void } {
  const output = pipe === undefined ? [] : outputDescriptors;
  const highest = Math.max(2, ...hidden, ...output, connection?.descriptor ?? 2);
  if (highest === 2) return { stdio: [], close: () => undefined };
  const nothing = openSync('/dev/null', 'r+');
  const stdio = Array.from({ length: highest - 2 }, (_, index): 'ignore' | 'pipe' | number => {
    const descriptor = index + 3;
    // What Node.js calls a pipe is a pair of sockets.
    if (descriptor === connection?.descriptor) return 'pipe';
    if (pipe !== undefined && output.includes(descriptor)) return pipe.openAnother();
    return hidden.includes(descriptor) ? nothing : 'ignore';
  });
  return { stdio, close: () => closeSync(nothing) };
}

class SpawnedTree implements ProcessTree {
  readonly pid: number;
  isRunning = true;
  readonly #hasDoorkeeper: boolean;
  #leaderPid: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, leader: 'self' | 'child') {
    this.pid = child.pid ?? 0;
    this.#hasDoorkeeper = leader === 'child';
    if (leader === 'self') this.#leaderPid = this.pid;
  }

  leaderPid(): number | undefined {
    this.#leaderPid ??= onlyChildOf(this.pid);
    return this.#leaderPid;
  }

  /**
   * Remembers the doorkeeper's child as soon as it is there: were the doorkeeper killed by somebody else,
   * nothing would lead to the child any more.
   */
  learnLeader(delayMs = 2): void {
    if (!this.isRunning || this.leaderPid() !== undefined || delayMs > LEADER_WAIT_MS) return;
    setTimeout(() => this.learnLeader(delayMs * 2), delayMs).unref();
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    signalGroup(this.leaderPid() ?? this.pid, signal);
    if (!this.#hasDoorkeeper) return;
    if (signal === 'SIGSTOP') this.#lookAfterStopped();
    else this.#wakeDoorkeeper();
  }

  ended(): void {
    this.isRunning = false;
    clearTimeout(this.#timer);
  }

  /**
   * A doorkeeper stops itself when it sees its child stopped, and collects a dead one only when it runs. It
   * may be just about to stop when we wake it, hence the repetition.
   */
  #wakeDoorkeeper(delayMs = 2): void {
    clearTimeout(this.#timer);
    if (!this.isRunning) return;
    signalProcess(this.pid, 'SIGCONT');
    if (delayMs <= DOORKEEPER_PATIENCE_MS) {
      this.#timer = setTimeout(() => this.#wakeDoorkeeper(delayMs * 2), delayMs).unref();
    }
  }

  /**
   * While both are stopped nobody would tell us that somebody else killed the child; and a doorkeeper that
   * was only just woken may let its child run again after we stopped it.
   */
  #lookAfterStopped(delayMs = 2): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const leaderPid = this.leaderPid();
      const state = leaderPid === undefined ? undefined : processState(leaderPid);
      if (state === 'dead') {
        this.#wakeDoorkeeper();
        return;
      }
      if (state === 'running' && leaderPid !== undefined) signalGroup(leaderPid, 'SIGSTOP');
      this.#lookAfterStopped(Math.min(delayMs * 2, STOPPED_LOOK_MS));
    }, delayMs).unref();
  }
}

async function reportLife(
  child: ChildProcess,
  tree: SpawnedTree,
  output: Readable,
  options: ProcessTreeOptions,
): Promise<void> {
  let byteCount = 0;
  output.on('data', (chunk: Uint8Array) => {
    byteCount += chunk.length;
    options.onOutput(chunk);
  });
  const outputEnd = finished(output, { writable: false }).then(
    () => true,
    () => true,
  );
  const end = await new Promise<ProcessTreeEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }));
  });
  tree.signal('SIGKILL');
  tree.ended();
  await outputRead(outputEnd, () => byteCount);
  output.removeAllListeners('data');
  output.destroy();
  options.onExit(end);
}

/**
 * Resolves at the end of the output, or when nothing came for the time of grace. That is decided only
 * after the event loop had the chance to read: when it was blocked, timers come before what lies in the pipe.
 */
async function outputRead(outputEnd: Promise<boolean>, byteCount: () => number): Promise<void> {
  const stop = new AbortController();
  try {
    // A process that left the group may go on to write for ever; what the dead one left fits into one pipe.
    for (let round = 0; round < OUTPUT_ROUNDS; round += 1) {
      const grace = setTimeoutPromise(OUTPUT_GRACE_MS, false, { signal: stop.signal });
      const before = byteCount();
      if (await Promise.race([outputEnd, grace.catch(() => true)])) return;
      await setImmediatePromise();
      await setImmediatePromise();
      if (byteCount() === before) return;
    }
  } finally {
    stop.abort();
  }
}

/** Windows has no shell that joins the two: the order between stdout and stderr is that of their arrival. */
function joinedOutput(child: ChildProcess): Readable {
  const joined = new PassThrough();
  const sources = [child.stdout, child.stderr].filter((stream) => stream !== null);
  let open = sources.length;
  for (const source of sources) {
    source.pipe(joined, { end: false });
    source.once('close', () => {
      open -= 1;
      if (open === 0) joined.end();
    });
  }
  return joined;
}

/** What a process is doing. Linux. */
function processState(pid: number): 'running' | 'stopped' | 'dead' {
  try {
    const [letter] = statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (letter === 'T' || letter === 't') return 'stopped';
    return letter === 'Z' || letter === 'X' ? 'dead' : 'running';
  } catch {
    return 'dead';
  }
}

/** The pid of the one child of a process; undefined when there is none. Linux. */
function onlyChildOf(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return first === undefined || first === '' ? undefined : Number(first);
  } catch {
    return undefined; // the process is gone
  }
}
