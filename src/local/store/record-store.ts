import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { mkdir, readdir, readFileSync, rm, writeFileAtomically } from '../../system/files.js';
import { explainWriteError } from './write-errors.js';

/**
 * Records of one kind, in memory and one JSON file each. A change is on disk before it is seen: when
 * the write fails, the old record stays in both places.
 */
export interface RecordStore<Value> {
  get(key: string): Value | undefined;
  /** All records, sorted by key. */
  values(): readonly Value[];
  /**
   * Replaces one record by what `change` returns; undefined removes it. Changes of one key run one
   * after the other, so `change` sees the result of the one before. What `change` throws is thrown on.
   */
  update(key: string, change: (current: Value | undefined) => Value | undefined): Promise<Value | undefined>;
}

/** Opens the records in a folder. Keys may contain `/`, which makes sub-folders. @throws LambdakitError `state-damaged` */
export async function openRecordStore<Value>(folder: string): Promise<RecordStore<Value>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const records = await loadRecords<Value>(folder);
  const queues = new Map<string, Promise<unknown>>();
  let sorted: readonly Value[] | undefined;

  const apply = async (key: string, change: (current: Value | undefined) => Value | undefined) => {
    const current = records.get(key);
    const next = change(current);
    if (next === current) return next;
    const file = fileOf(folder, key);
    if (next === undefined) {
      await rm(file, { force: true });
      records.delete(key);
    } else {
      await writeRecord(file, next);
      records.set(key, next);
    }
    sorted = undefined;
    return next;
  };

  return {
    get: (key) => records.get(key),
    values: () => {
      sorted ??= [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
      return sorted;
    },
    update: (key, change) => {
      const before = queues.get(key) ?? Promise.resolve();
      const result = before.then(() => apply(key, change));
      const settled = result
        .catch(() => undefined)
        .then(() => {
          if (queues.get(key) === settled) queues.delete(key);
        });
      queues.set(key, settled);
      return result;
    },
  };
}

async function loadRecords<Value>(folder: string): Promise<Map<string, Value>> {
  const records = new Map<string, Value>();
  const names = await readdir(folder, { recursive: true });
  for (const name of names) {
    const key = name.split(path.sep).join('/');
    if (!key.endsWith('.json') || path.basename(key).startsWith('.')) continue;
    // Read one after the other: for files of a kilobyte that is faster than a thousand promises.
    records.set(key.slice(0, -'.json'.length), parseRecord<Value>(path.join(folder, name)));
  }
  return records;
}

function parseRecord<Value>(file: string): Value {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value;
  } catch (error) {
    throw new LambdakitError('state-damaged', `the state file ${file} cannot be read`, {
      hint: 'Remove the file, or start from nothing with "lambdakit local reset".',
      cause: error,
    });
  }
}

async function writeRecord(file: string, value: unknown): Promise<void> {
  try {
    await writeFileAtomically(file, JSON.stringify(value), { mode: 0o600 });
  } catch (error) {
    throw explainWriteError(error, file);
  }
}

function fileOf(folder: string, key: string): string {
  return `${path.join(folder, ...key.split('/'))}.json`;
}
