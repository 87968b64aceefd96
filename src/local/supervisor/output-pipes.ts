import path from 'node:path';
import { createNamedPipes } from '../../system/output-pipe.js';
import { mkdir, rename } from '../../system/quick-files.js';
import { randomUuid } from '../../system/random-uuid.js';
import { removeSmallFolder } from '../../system/remove-folder.js';
import type { EnvironmentFolders } from './environment-folders.js';

/** Pipes are made by a program, which costs as much for some as for one; one environment may be all that there is. */
const FIRST_BATCH_SIZE = 4;
const BATCH_SIZE = 32;

/** The folder that holds one folder of pipes per supervisor; its name begins with the pid. */
export function pipesFolder(workFolder: string): string {
  return path.join(workFolder, 'pipes');
}

/** Named pipes for the output of processes, made in batches ahead of their use. Linux; elsewhere it does nothing. */
export class OutputPipes {
  readonly #folder: string;
  #stock: string[] = [];
  #delivery: Promise<void> | undefined;
  #batchSize = FIRST_BATCH_SIZE;

  /** @param first pipes that are made for us already */
  constructor(workFolder: string, first?: Promise<readonly string[]>) {
    this.#delivery = first?.then(
      (files) => this.#accept(files),
      () => this.#accept([]), // made as always, then
    );
    this.#folder = path.join(pipesFolder(workFolder), `${process.pid}-${randomUuid()}`);
  }

  /** Puts a pipe for each of these processes into the environment's folder. */
  async provide(folders: EnvironmentFolders, processNames: readonly string[]): Promise<void> {
    if (process.platform !== 'linux') return;
    await Promise.all(processNames.map(async (name) => rename(await this.#take(), folders.outputPipe(name))));
  }

  /** Has some made when there are none. What fails here fails again in `provide`. */
  async stockUp(): Promise<void> {
    if (process.platform !== 'linux' || this.#stock.length > 0) return;
    await this.#startDelivery().catch(() => undefined);
  }

  async dispose(): Promise<void> {
    await this.#delivery;
    await removeSmallFolder(this.#folder);
  }

  async #take(): Promise<string> {
    for (;;) {
      const pipe = this.#stock.pop();
      if (pipe !== undefined) return pipe;
      await this.#startDelivery();
    }
  }

  #startDelivery(): Promise<void> {
    this.#delivery ??= this.#deliver().finally(() => {
      this.#delivery = undefined;
    });
    return this.#delivery;
  }

  async #deliver(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const files = Array.from({ length: this.#batchSize }, () => path.join(this.#folder, randomUuid()));
    await createNamedPipes(files);
    this.#accept(files);
  }

  #accept(files: readonly string[]): void {
    this.#delivery = undefined;
    this.#batchSize = BATCH_SIZE;
    this.#stock.push(...files);
  }
}
