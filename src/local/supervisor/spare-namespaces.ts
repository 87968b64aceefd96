import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { mkdir } from '../../system/files.js';
import { type NamespaceHolder, startNamespaceHolder } from './namespace-holder.js';

/** So long nothing must have been taken before one is made ahead: a burst needs the processor for itself. */
const QUIET_MS = 1_000;

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
  #isDisposed = false;

  constructor(private readonly options: SpareNamespacesOptions) {
    this.#spare = options.early;
    this.#spare?.catch(() => undefined); // told when it is taken
  }

  /** @throws Error with what the machine has against namespaces; the signal ends what is under way */
  async take(signal: AbortSignal): Promise<NamespaceHolder> {
    const spare = await this.#takeSpare();
    return spare ?? this.#start(signal);
  }

  /** Has one made when it is quiet. */
  stockUpSoon(): void {
    clearTimeout(this.#timer);
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#spare ??= this.#start();
      this.#spare.catch(() => undefined); // told when it is taken
    }, QUIET_MS).unref();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    const spare = await this.#spare?.catch(() => undefined);
    this.#spare = undefined;
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
    const name = `${process.pid}-${randomBytes(8).toString('hex')}`;
    const folder = path.join(sparesFolder(this.options.workFolder), name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return startNamespaceHolder({ folder, ...(signal !== undefined && { signal }) });
  }
}
