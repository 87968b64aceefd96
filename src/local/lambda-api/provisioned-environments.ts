import { findVersion } from '../core/catalog/function-address.js';
import type { FunctionRecord, VersionRecord } from '../core/catalog/records.js';
import { snapshotVersion } from '../core/catalog/snapshot-version.js';
import type { Dispatcher } from '../core/invocation.js';

export type ProvisionedStatus = 'IN_PROGRESS' | 'READY' | 'FAILED';

/** Keeps the environments that provisioned concurrency asks for, and knows how far they are. */
export interface ProvisionedEnvironments {
  /** Brings the environments in line after a change; undefined stands for a function that is not there. */
  reconcile(before: FunctionRecord | undefined, after: FunctionRecord | undefined): void;
  statusOf(record: FunctionRecord, qualifier: string): ProvisionedStatus;
}

interface Provision {
  readonly version: VersionRecord;
  readonly count: number;
}

export function createProvisionedEnvironments(
  dispatcher: Pick<Dispatcher, 'provision'>,
  folderOf: (codeSha256: string) => string,
): ProvisionedEnvironments {
  const statuses = new Map<string, ProvisionedStatus>();
  const rounds = new Map<string, number>();

  const provision = (record: FunctionRecord, version: VersionRecord, count: number) => {
    const key = keyOf(record, version.Version);
    // Only the newest request for a version may say how it ended.
    const round = (rounds.get(key) ?? 0) + 1;
    rounds.set(key, round);
    if (count === 0) statuses.delete(key);
    else statuses.set(key, 'IN_PROGRESS');
    const settle = (status: ProvisionedStatus) => {
      if (rounds.get(key) === round && count > 0) statuses.set(key, status);
    };
    dispatcher.provision(snapshotVersion(record, version, folderOf), count).then(
      () => settle('READY'),
      () => settle('FAILED'),
    );
  };

  return {
    reconcile: (before, after) => {
      const old = provisionsOf(before);
      const wanted = provisionsOf(after);
      for (const [number, { version }] of old) {
        if (before !== undefined && !wanted.has(number)) provision(before, version, 0);
      }
      for (const [number, { version, count }] of wanted) {
        if (after !== undefined && old.get(number)?.count !== count) provision(after, version, count);
      }
    },
    statusOf: (record, qualifier) => {
      const found = findVersion(record, qualifier);
      return (found && statuses.get(keyOf(record, found.version.Version))) ?? 'IN_PROGRESS';
    },
  };
}

function keyOf(record: FunctionRecord, version: string): string {
  return `${record.region}/${record.functionName}:${version}`;
}

/** What each version needs, by number. */
function provisionsOf(record: FunctionRecord | undefined): ReadonlyMap<string, Provision> {
  const provisions = new Map<string, Provision>();
  if (record === undefined) return provisions;
  for (const [qualifier, { requested }] of Object.entries(record.provisioned)) {
    const version = findVersion(record, qualifier)?.version;
    if (version === undefined) continue;
    provisions.set(version.Version, {
      version,
      count: (provisions.get(version.Version)?.count ?? 0) + requested,
    });
  }
  return provisions;
}
