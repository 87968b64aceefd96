import { functionArn } from '../../lambda/arn.js';
import { LIMITS } from '../../lambda/limits.js';
import { chooseVersion } from '../core/catalog/aliases.js';
import { ApiError, conflict } from '../core/catalog/api-error.js';
import { functionNotFound, requireVersion, resolveAddress, versionByNumber } from '../core/catalog/function-address.js';
import type { FunctionRecord, VersionRecord } from '../core/catalog/records.js';
import { snapshotVersion } from '../core/catalog/snapshot-version.js';
import { settleFunction } from '../core/catalog/version-state.js';
import type { FunctionDirectory } from '../core/function-directory.js';
import type { FunctionSnapshot } from '../core/function-snapshot.js';
import type { ServiceState } from './service-state.js';

export interface StateDirectoryOptions {
  readonly accountId: string;
  /** Epoch milliseconds. */
  now(): number;
  /** 0 inclusive to 1 exclusive; decides between the versions of a weighted alias. */
  random(): number;
  /** Concurrent executions of the whole account in one region. */
  readonly concurrentExecutions: number;
}

/** Finds the version that an invocation runs on, from the state of the control plane. */
export function createStateDirectory(state: ServiceState, options: StateDirectoryOptions): FunctionDirectory {
  // Records are never changed but replaced, so what was made of one holds as long as it is there.
  const settled = new WeakMap<FunctionRecord, FunctionRecord>();
  const snapshots = new WeakMap<VersionRecord, FunctionSnapshot>();
  const settle = (stored: FunctionRecord): FunctionRecord => {
    const known = settled.get(stored);
    if (known !== undefined) return known;
    const record = settleFunction(stored, options.now());
    const isFinal = [record.latest, ...Object.values(record.versions)].every((one) => one.transition === undefined);
    if (isFinal) settled.set(stored, record);
    return record;
  };
  const snapshotOf = (record: FunctionRecord, version: VersionRecord): FunctionSnapshot => {
    const known = snapshots.get(version);
    if (known !== undefined) return known;
    const snapshot = snapshotVersion(record, version, state.code.folderOf);
    snapshots.set(version, snapshot);
    return snapshot;
  };
  return {
    resolve: (name, qualifier, region) => {
      const scope = { region, accountId: options.accountId };
      const address = resolveAddress(name, qualifier, scope);
      const stored = state.functions.get(recordKey(region, address.functionName));
      // Invoke names the unqualified function by its version.
      if (stored === undefined) {
        throw functionNotFound(scope, address.functionName, address.qualifier ?? '$LATEST');
      }
      const record = settle(stored);
      const found = requireVersion(record, address.qualifier);
      const number = found.alias === undefined ? undefined : chooseVersion(found.alias, options.random());
      const version = number === undefined ? found.version : (versionByNumber(record, number) ?? found.version);
      if (version.transition?.kind === 'create') throw notReady(version);
      return {
        snapshot: snapshotOf(record, version),
        invokedFunctionArn: functionArn(record, record.functionName, address.qualifier),
        limits: {
          ...(record.reservedConcurrency !== undefined && { reserved: record.reservedConcurrency }),
          unreserved: unreservedConcurrency(state, region, options.concurrentExecutions),
        },
      };
    },
  };
}

function notReady({ Version, settings }: VersionRecord): ApiError {
  if (settings.SnapStart.ApplyOn === 'PublishedVersions' && Version !== '$LATEST') {
    return new ApiError(
      'SnapStartNotReadyException',
      409,
      'Lambda is initializing your function. It will be ready to invoke once your function state becomes active.',
    );
  }
  return conflict(
    'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  );
}

/** The key of a function, layer or other regional record. */
export function recordKey(region: string, name: string): string {
  return `${region}/${name}`;
}

/** The functions of one region, sorted by name. */
export function functionsOf(state: ServiceState, region: string): readonly FunctionRecord[] {
  return state.functions.values().filter((record) => record.region === region);
}

/** What functions without a reservation share, given the account's limit. */
export function unreservedConcurrency(
  state: ServiceState,
  region: string,
  total: number = LIMITS.concurrentExecutions,
): number {
  return Math.max(0, total - reservedConcurrency(state.functions.values(), region));
}

/** By region, of lists that are made anew when something has changed: each invocation asks. */
const reservations = new WeakMap<readonly FunctionRecord[], Map<string, number>>();

function reservedConcurrency(functions: readonly FunctionRecord[], region: string): number {
  const known = reservations.get(functions) ?? new Map<string, number>();
  reservations.set(functions, known);
  const sum = known.get(region) ?? sumOfReservations(functions, region);
  known.set(region, sum);
  return sum;
}

function sumOfReservations(functions: readonly FunctionRecord[], region: string): number {
  return functions.reduce(
    (sum, record) => (record.region === region ? sum + (record.reservedConcurrency ?? 0) : sum),
    0,
  );
}
