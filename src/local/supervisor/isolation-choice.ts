import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { Isolation } from './isolation.js';
import {
  findNamespaceTools,
  type NamespaceIsolation,
  NamespacesRefused,
  type NamespaceTools,
} from './namespace-isolation.js';
import { NO_PASSED_TRIALS, type PassedTrials } from './passed-trials.js';

/** `namespace` carries what is needed for it, `process` the reason why it is not more. */
export type IsolationChoice =
  | { readonly kind: 'namespace'; readonly tools: NamespaceTools }
  | { readonly kind: 'process'; readonly reason: string | undefined };

export interface IsolationChooserOptions {
  readonly wanted: 'best' | 'namespace' | 'process';
  readonly findTools?: () => Promise<NamespaceTools | undefined>;
  /** Default: nothing has been tried before. */
  readonly trials?: PassedTrials;
}

interface Builders<T> {
  namespace(tools: NamespaceTools): Promise<T & { readonly isolation: NamespaceIsolation }>;
  process(): Promise<T & { readonly isolation: Isolation }>;
}

/**
 * Finds out by really trying whether this machine permits namespaces: kernel settings, security modules
 * and container engines forbid them in too many ways to ask for each. The first environment is the trial,
 * where none has passed before.
 */
export class IsolationChooser {
  readonly #options: IsolationChooserOptions;
  #choice: Promise<IsolationChoice> | undefined;

  constructor(options: IsolationChooserOptions) {
    this.#options = options;
  }

  /**
   * Builds the walls of an environment in the way that this machine permits.
   * @throws LambdakitError `permission-denied` when namespaces were demanded and are not permitted
   */
  async build<T>(
    builders: Builders<T>,
  ): Promise<T & { readonly isolation: Isolation; readonly choice: IsolationChoice }> {
    let trial: (T & { readonly isolation: Isolation }) | undefined;
    // Another environment's trial may have failed for a reason of its own.
    while (this.#choice !== undefined && (await this.#choice.catch(() => undefined)) === undefined);
    this.#choice ??= this.#try(async (tools) => {
      const built = await builders.namespace(tools);
      trial = built;
      await this.#checkOnce(tools, built.isolation);
    });
    const choice = await this.#choice;
    if (choice.kind === 'process') {
      await trial?.isolation.dispose();
      return this.#withoutNamespaces(builders, choice.reason);
    }
    try {
      return { ...(trial ?? (await builders.namespace(choice.tools))), choice };
    } catch (error) {
      // The machine permits namespaces, but the folders of this function cannot be mounted.
      if (error instanceof NamespacesRefused) return this.#withoutNamespaces(builders, firstLine(error));
      throw error;
    }
  }

  async #withoutNamespaces<T>(
    builders: Builders<T>,
    reason: string | undefined,
  ): Promise<T & { readonly isolation: Isolation; readonly choice: IsolationChoice }> {
    if (this.#options.wanted === 'namespace') {
      throw new LambdakitError('permission-denied', `Namespaces are not permitted here: ${reason}`, {
        hint: 'Choose the isolation "best" to run functions as plain processes instead.',
      });
    }
    return { ...(await builders.process()), choice: { kind: 'process', reason } };
  }

  async #checkOnce({ unshare, nsenter, setsid }: NamespaceTools, isolation: NamespaceIsolation): Promise<void> {
    const { trials = NO_PASSED_TRIALS } = this.#options;
    const trial = `processes enter namespaces: ${unshare} ${nsenter} ${setsid}`;
    if (await trials.has(trial)) return;
    await isolation.check();
    await trials.note(trial);
  }

  async #try(attempt: (tools: NamespaceTools) => Promise<void>): Promise<IsolationChoice> {
    const { wanted, findTools = findNamespaceTools } = this.#options;
    if (wanted === 'process') return { kind: 'process', reason: undefined };
    const tools = await findTools();
    if (tools === undefined) {
      const missing = 'unshare, nsenter and setsid (util-linux) are missing';
      return {
        kind: 'process',
        reason: process.platform === 'linux' ? missing : `${process.platform} has no namespaces`,
      };
    }
    try {
      await attempt(tools);
      return { kind: 'namespace', tools };
    } catch (error) {
      if (error instanceof NamespacesRefused) return { kind: 'process', reason: firstLine(error) };
      // Something about this one environment, which says nothing of the machine.
      this.#choice = undefined;
      throw error;
    }
  }
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? '';
}
