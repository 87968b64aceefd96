import type { EnvironmentApi } from '../environment-api.js';
import type {
  EnvironmentHost,
  EnvironmentLauncher,
  EnvironmentListener,
  HostRequest,
  RuntimeApiAccess,
} from '../ports.js';

export interface EnvironmentPlaceOptions {
  readonly launcher: EnvironmentLauncher;
  openListener(environment: EnvironmentApi): Promise<EnvironmentListener>;
  readonly request: Omit<HostRequest, 'runtimeApi'>;
}

/** The place in which an environment lives: the listener for its APIs and the host of its processes. */
export class EnvironmentPlace {
  readonly #givenUp = new AbortController();
  #opening: Promise<void> | undefined;
  #listener: EnvironmentListener | undefined;
  #host: EnvironmentHost | undefined;

  constructor(private readonly options: EnvironmentPlaceOptions) {}

  get host(): EnvironmentHost {
    if (this.#host === undefined) throw new Error('an environment was used before it was opened');
    return this.#host;
  }

  open(door: EnvironmentApi): Promise<void> {
    this.#opening ??= this.#open(door);
    return this.#opening;
  }

  /** Nobody needs it any more. Resolves when an opening under way has come to its end, well or not. */
  async giveUp(): Promise<void> {
    // Whoever opened the host may go on listening, and what is open ends in its own order.
    if (this.#host === undefined) this.#givenUp.abort();
    await this.#opening?.catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#host?.dispose();
    await this.#listener?.close();
  }

  async #open(door: EnvironmentApi): Promise<void> {
    const { launcher, openListener, request } = this.options;
    let listening: Promise<RuntimeApiAccess> | undefined;
    const openRuntimeApi = (): Promise<RuntimeApiAccess> => {
      listening ??= openListener(door).then((listener) => {
        this.#listener = listener;
        return listener;
      });
      return listening;
    };
    const hosting = launcher.open({ ...request, openRuntimeApi }, this.#givenUp.signal).then((host) => {
      this.#host = host;
    });
    // Both have come to their end, so that `close` finds what is open.
    const [host] = await Promise.allSettled([hosting]);
    const [listener] = await Promise.allSettled([host.status === 'fulfilled' ? openRuntimeApi() : listening]);
    if (listener.status === 'rejected') throw listener.reason;
    if (host.status === 'rejected') throw host.reason;
  }
}
