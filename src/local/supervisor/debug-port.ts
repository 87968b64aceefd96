import net from 'node:net';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { systemErrorCode } from '../../system/files.js';
import { pause } from '../../system/pause.js';
import { PauseClock } from './pause-clock.js';

/** What the user asks for with `--inspect`. */
export interface InspectOptions {
  /** The port on the loopback address to which editors connect; 0 takes any. */
  readonly port: number;
  /** The function waits at its first line until a debugger is there. */
  readonly waits: boolean;
}

/**
 * Events of the Chrome DevTools protocol, as Node.js writes them: compact and unmasked. Inside a string of
 * another message the quotation marks would be escaped, so the bytes cannot appear there.
 */
const PAUSED = '{"method":"Debugger.paused"';
const RESUMED = '{"method":"Debugger.resumed"';
const TAIL_LENGTH = RESUMED.length - 1;

/** The debugger of one environment. */
export interface DebugTarget {
  readonly environmentId: string;
  readonly port: number;
  /**
   * Whether the protocol tells us when the function is paused: Chrome DevTools does. With others (JDWP, the
   * Debug Adapter Protocol) the function counts as held for as long as a debugger is attached.
   */
  readonly tellsPauses: boolean;
}

/** An environment may be about to start, and its debugger about to listen. */
const CONNECT_ATTEMPTS = 50;
const CONNECT_PAUSE_MS = 100;

/**
 * The one port to which a debugger connects, whichever environment runs the code at the moment. It passes
 * the bytes on to the debugger port of the environment that started last, and reads along when the
 * function is paused, so that its time limit can stand still.
 */
export class DebugPort {
  readonly options: InspectOptions;
  readonly #clocks = new Map<string, PauseClock>();
  readonly #connections = new Set<net.Socket>();
  #targets: readonly DebugTarget[] = [];
  #server: Promise<net.Server> | undefined;
  #port: number | undefined;

  constructor(options: InspectOptions) {
    this.options = options;
  }

  /** Undefined until it listens. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Starts to listen, once. @throws LambdakitError `port-taken` */
  async listen(): Promise<void> {
    this.#server ??= this.#startServer();
    const address = (await this.#server).address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** An environment's debugger listens, or is about to. */
  offer(target: DebugTarget): void {
    this.#targets = [...this.#targets, target];
    if (this.options.waits) this.#clockOf(target.environmentId).set(true);
  }

  withdraw(environmentId: string): void {
    this.#targets = this.#targets.filter((target) => target.environmentId !== environmentId);
    this.#clocks.get(environmentId)?.set(false);
  }

  pausedMs(environmentId: string): number {
    return this.#clocks.get(environmentId)?.pausedMs() ?? 0;
  }

  async dispose(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    for (const connection of this.#connections) connection.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  #startServer(): Promise<net.Server> {
    const { port } = this.options;
    return new Promise((resolve, reject) => {
      const server = net.createServer((client) => void this.#connect(client));
      server.once('error', (error) => {
        if (systemErrorCode(error) !== 'EADDRINUSE') reject(error);
        else {
          const hint = 'Another debugger listens there; choose a different port.';
          reject(new LambdakitError('port-taken', `Port ${port} for debugging is taken`, { hint, cause: error }));
        }
      });
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  }

  async #connect(client: net.Socket): Promise<void> {
    this.#track(client);
    const reached = await this.#reach(client);
    if (reached === undefined || client.destroyed) {
      reached?.upstream.destroy();
      client.destroy();
      return;
    }
    const { target, upstream } = reached;
    client.pipe(upstream);
    upstream.pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    const clock = this.#clockOf(target.environmentId);
    if (target.tellsPauses) {
      this.#readAlong(upstream, clock);
      return;
    }
    clock.set(true);
    upstream.once('close', () => clock.set(false));
  }

  /** Connects to the newest environment's debugger, once there is one; undefined when that takes too long or the client left. */
  async #reach(client: net.Socket): Promise<{ target: DebugTarget; upstream: net.Socket } | undefined> {
    for (let attempt = 0; attempt < CONNECT_ATTEMPTS && !client.destroyed; attempt += 1) {
      const target = this.#targets.at(-1);
      const upstream = target === undefined ? undefined : net.connect(target.port, '127.0.0.1');
      if (target !== undefined && upstream !== undefined) {
        this.#track(upstream);
        if (await isConnected(upstream)) return { target, upstream };
      }
      await pause(CONNECT_PAUSE_MS);
    }
    return undefined;
  }

  #track(socket: net.Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
    socket.on('error', () => undefined); // `close` follows
  }

  #readAlong(upstream: net.Socket, clock: PauseClock): void {
    let tail = '';
    let wasPaused = false;
    upstream.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1');
      const [paused, resumed] = [text.lastIndexOf(PAUSED), text.lastIndexOf(RESUMED)];
      // What is left of an earlier match is shorter than a whole one and cannot match again.
      tail = text.slice(Math.max(text.length - TAIL_LENGTH, Math.max(paused, resumed) + 1));
      if (paused === resumed) return;
      wasPaused = paused > resumed;
      clock.set(wasPaused);
    });
    // Node.js goes on when the debugger leaves.
    upstream.once('close', () => {
      if (wasPaused) clock.set(false);
    });
  }

  #clockOf(environmentId: string): PauseClock {
    const known = this.#clocks.get(environmentId);
    if (known !== undefined) return known;
    const clock = new PauseClock(() => performance.now());
    this.#clocks.set(environmentId, clock);
    return clock;
  }
}

function isConnected(socket: net.Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('close', () => resolve(false));
  });
}
