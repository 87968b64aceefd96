import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { MemoryGroup } from '../../system/memory-group.js';
import type { ProcessIdentity } from '../../system/process-identity.js';
import type { HostRequest } from '../core/ports.js';
import { GroupLimit } from './group-limit.js';
import { chooseMemoryGroups, type MemoryGroupsChoice } from './memory-groups.js';
import type { PassedTrials } from './passed-trials.js';

/** What keeps a function within its memory size; `reason` says why it is not the kernel. */
export type MemoryLimitKind =
  | { readonly kind: 'group'; readonly version: 1 | 2 }
  | { readonly kind: 'measure'; readonly reason: string | undefined }
  | { readonly kind: 'off' };

export interface MemoryControlOptions {
  readonly isEnforced: boolean;
  readonly wanted: 'best' | 'group' | 'measure';
  readonly trials?: PassedTrials;
}

/** The limit of one environment; without a group it is kept by measuring. */
export interface MemoryLimit {
  readonly kind: MemoryLimitKind;
  readonly group: MemoryGroup | undefined;
}

/** Decides once for all environments of a service how their memory is limited. */
export class MemoryControl {
  readonly #options: MemoryControlOptions;
  #choosing: Promise<MemoryGroupsChoice> | undefined;

  constructor(options: MemoryControlOptions) {
    this.#options = options;
  }

  /** Begins to try what the machine permits; `limit` waits for it. */
  prepare(owner: ProcessIdentity): void {
    const { isEnforced, wanted, trials } = this.#options;
    if (!isEnforced || wanted === 'measure') return;
    this.#choosing = chooseMemoryGroups({ owner, ...(trials !== undefined && { trials }) });
    this.#choosing.catch(() => undefined); // told by `limit`
  }

  /** Makes the limit of one environment. @throws LambdakitError `permission-denied` when groups were demanded and are not permitted */
  async limit({ environmentId, snapshot }: Pick<HostRequest, 'environmentId' | 'snapshot'>): Promise<MemoryLimit> {
    if (!this.#options.isEnforced) return { kind: { kind: 'off' }, group: undefined };
    const choice = await this.#choosing;
    if (choice?.kind !== 'group') {
      this.#refuse(choice?.reason);
      return { kind: { kind: 'measure', reason: choice?.reason }, group: undefined };
    }
    const firstBytes = GroupLimit.firstBytes(snapshot.memorySizeMb * 1024 * 1024);
    try {
      const group = await choice.groups.create(environmentId, firstBytes);
      return { kind: { kind: 'group', version: choice.groups.version }, group };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#refuse(reason);
      return { kind: { kind: 'measure', reason }, group: undefined };
    }
  }

  #refuse(reason: string | undefined): void {
    if (this.#options.wanted !== 'group') return;
    throw new LambdakitError('permission-denied', `Control groups are not permitted here: ${reason}`, {
      hint: 'Choose the memory control "best" to measure the memory of functions instead.',
    });
  }
}
