import path from 'node:path';
import { mkdir } from '../../system/quick-files.js';
import { randomUuid } from '../../system/random-uuid.js';
import { type NamespaceHolder, startNamespaceHolder } from './namespace-holder.js';

/** So long nothing must have been taken before one is made ahead: a burst needs the processor for itself. */
const QUIET_MS = 1_000;
/** So long the spare one outlives the last environment: an idle service holds no process. */
const UNUSED_MS = 5_000;

export interface SpareNamespacesOptions {
  readonly workFolder: string;
  /** One that was started before anything was known of the function. */
  readonly early?: Promise<NamespaceHolder> | undefined;
}

/** The folder that holds one folder per namespace that is being built; its name begins with our pid. */
export function sparesFolder(workFolder: string): string {
  return path.join(workFolder, 'spares');
}

/** Namespaces, one of which is made ahead of its use: most of what they take does not depend on the function. */
export class SpareNamespaces {
  #spare: Promise<NamespaceHolder> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #taken = 0;
  #isDisposed = false;

  constructor(private readonly options: SpareNamespacesOptions) {
    this.#spare = options.early;
    this.#spare?.catch(() => undefined); // told when it is taken
  }

  /** The named pipes that the early one brings, where it is one that can be taken; undefined where there is none. */
  earlyPipes(): Promise<readonly string[]> | undefined {
    return this.options.early?.then(async (early) => ((await early.isFit()) ? early.pipes : []));
  }

  /** @throws Error with what the machine has against namespaces; the signal ends what is under way */
  async take(signal: AbortSignal): Promise<NamespaceHolder> {
    clearTimeout(this.#timer);
    this.#taken += 1;
    try {
      return (await this.#takeSpare()) ?? (await this.#start(signal));
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  /** Has one made when it is quiet. */
  stockUpSoon(): void {
    this.#after(QUIET_MS, () => {
      this.#spare ??= this.#start();
      this.#spare.catch(() => undefined); // told when it is taken
    });
  }

  /** Ends one that was taken. */
  async end(holder: NamespaceHolder): Promise<void> {
    await holder.dispose();
    this.#taken -= 1;
    if (this.#taken === 0) this.#after(UNUSED_MS, () => void this.#drop());
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    await this.#drop();
  }

  /** Only the last thing that was planned is done. */
  #after(delayMs: number, work: () => void): void {
    clearTimeout(this.#timer);
    if (!this.#isDisposed) this.#timer = setTimeout(work, delayMs).unref();
  }

  async #drop(): Promise<void> {
    // Nobody can take it from here on.
    const dropped = this.#spare;
    this.#spare = undefined;
    const spare = await dropped?.catch(() => undefined);
    await spare?.dispose();
  }

  async #takeSpare(): Promise<NamespaceHolder | undefined> {
    const taken = this.#spare;
    this.#spare = undefined;
    const spare = await taken;
    if (spare === undefined || (await spare.isFit())) return spare;
    await spare.dispose();
    return undefined;
  }

  async #start(signal?: AbortSignal): Promise<NamespaceHolder> {
    const name = `${process.pid}-${randomUuid()}`;
    const folder = path.join(sparesFolder(this.options.workFolder), name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return startNamespaceHolder({ folder, ...(signal !== undefined && { signal }) });
  }
}
