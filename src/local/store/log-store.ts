import { createHash } from 'node:crypto';
import path from 'node:path';
import { readdir, rm } from '../../system/files.js';
import type { StoredLogEvent } from './log-lines.js';
import { type LogStreamFacts, LogStreamFile, type NewLogEvent, readStreamHeader } from './log-stream-file.js';
import { openRecordStore, type RecordStore } from './record-store.js';

export interface LogGroupRecord {
  readonly region: string;
  readonly logGroupName: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  /** Events older than that many days are gone; absent: kept until space is needed. */
  readonly retentionInDays?: number;
  readonly logGroupClass?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Names one log group. */
export interface LogGroupKey {
  readonly region: string;
  readonly logGroupName: string;
}

/** One log stream that is there. */
export interface LogStream {
  readonly logStreamName: string;
  readonly creationTime: number;
  facts(): Promise<LogStreamFacts>;
  /** Everything that was appended before the call and that the retention still allows. */
  read(): AsyncGenerator<StoredLogEvent>;
}

export interface LogStore {
  groups(region: string): readonly LogGroupRecord[];
  group(key: LogGroupKey): LogGroupRecord | undefined;
  /** Adds or changes a group; undefined removes it with its streams. */
  updateGroup(
    key: LogGroupKey,
    change: (current: LogGroupRecord | undefined) => LogGroupRecord | undefined,
  ): Promise<LogGroupRecord | undefined>;
  /** The streams of a group in the order of their names. */
  streams(key: LogGroupKey): readonly LogStream[];
  stream(key: LogGroupKey, logStreamName: string): LogStream | undefined;
  /** Adds an empty stream; false when there is one of that name. */
  createStream(key: LogGroupKey, logStreamName: string): Promise<boolean>;
  deleteStream(key: LogGroupKey, logStreamName: string): Promise<boolean>;
  /** Appends to a stream; it is added when missing. @throws LambdakitError `disk-full`, `permission-denied` */
  append(key: LogGroupKey, logStreamName: string, events: readonly NewLogEvent[]): Promise<void>;
  /** Waits until everything that was appended is in its file. */
  flush(): Promise<void>;
}

export interface LogStoreOptions {
  readonly now: () => number;
  /** What one stream may hold. Default 64 MB. */
  readonly maxStreamBytes?: number;
  /** What all streams together may hold; those that were silent longest go first. Default 512 MB. */
  readonly maxTotalBytes?: number;
  /** How many streams a group keeps; one is added with every execution environment. Default 500. */
  readonly maxStreamsPerGroup?: number;
}

const MB = 1_048_576;
const DAY_MS = 86_400_000;

/** Opens the logs in a folder; a missing folder is an empty store. The caller holds the lock of the state. */
export async function openLogStore(folder: string, options: LogStoreOptions): Promise<LogStore> {
  const groups = await openRecordStore<LogGroupRecord>(path.join(folder, 'groups'));
  const store = new FolderLogStore(path.join(folder, 'streams'), groups, options);
  await store.load();
  return store;
}

class FolderLogStore implements LogStore {
  /** By group, then by stream name. */
  readonly #files = new Map<string, Map<string, LogStreamFile>>();

  constructor(
    private readonly folder: string,
    private readonly records: RecordStore<LogGroupRecord>,
    private readonly options: LogStoreOptions,
  ) {}

  async load(): Promise<void> {
    for (const group of this.records.values()) {
      const folder = this.#folderOf(group);
      const names = await readdir(folder).catch(() => [] as string[]);
      for (const name of names.filter((file) => file.endsWith('.log'))) {
        const header = await readStreamHeader(path.join(folder, name));
        if (header !== undefined) await this.#keep(group, header.logStreamName, header.creationTime).facts();
      }
      await this.#removeExpired(group);
    }
  }

  groups(region: string): readonly LogGroupRecord[] {
    return this.records
      .values()
      .filter((group) => group.region === region)
      .sort((a, b) => (a.logGroupName < b.logGroupName ? -1 : 1));
  }

  group(key: LogGroupKey): LogGroupRecord | undefined {
    return this.records.get(keyOf(key));
  }

  async updateGroup(
    key: LogGroupKey,
    change: (current: LogGroupRecord | undefined) => LogGroupRecord | undefined,
  ): Promise<LogGroupRecord | undefined> {
    const updated = await this.records.update(keyOf(key), change);
    if (updated === undefined) {
      const files = [...(this.#files.get(keyOf(key))?.values() ?? [])];
      this.#files.delete(keyOf(key));
      await Promise.all(files.map((file) => file.remove()));
      await rm(this.#folderOf(key), { recursive: true, force: true });
    } else if (updated.retentionInDays !== undefined) {
      await this.#removeExpired(updated);
    }
    return updated;
  }

  streams(key: LogGroupKey): readonly LogStream[] {
    const files = [...(this.#files.get(keyOf(key))?.values() ?? [])];
    return files
      .sort((a, b) => (a.header.logStreamName < b.header.logStreamName ? -1 : 1))
      .map((file) => this.#shown(key, file));
  }

  stream(key: LogGroupKey, logStreamName: string): LogStream | undefined {
    const file = this.#files.get(keyOf(key))?.get(logStreamName);
    return file === undefined ? undefined : this.#shown(key, file);
  }

  async createStream(key: LogGroupKey, logStreamName: string): Promise<boolean> {
    if (this.stream(key, logStreamName) !== undefined) return false;
    await this.append(key, logStreamName, []);
    return true;
  }

  async deleteStream(key: LogGroupKey, logStreamName: string): Promise<boolean> {
    const files = this.#files.get(keyOf(key));
    const file = files?.get(logStreamName);
    files?.delete(logStreamName);
    await file?.remove();
    return file !== undefined;
  }

  async append(key: LogGroupKey, logStreamName: string, events: readonly NewLogEvent[]): Promise<void> {
    const now = Math.floor(this.options.now());
    const known = this.#files.get(keyOf(key))?.get(logStreamName);
    if (known !== undefined) return known.append(events, now);
    const file = this.#keep(key, logStreamName, now);
    if (this.group(key) === undefined) {
      await this.updateGroup(key, (current) => current ?? { ...groupKey(key), creationTime: now });
    }
    await file.append(events, now);
    await this.#makeRoom(key);
  }

  async flush(): Promise<void> {
    const files = [...this.#files.values()].flatMap((group) => [...group.values()]);
    await Promise.all(files.map((file) => file.flush()));
  }

  #keep(key: LogGroupKey, logStreamName: string, creationTime: number): LogStreamFile {
    const files = this.#files.get(keyOf(key)) ?? new Map<string, LogStreamFile>();
    this.#files.set(keyOf(key), files);
    const place = path.join(this.#folderOf(key), `${hashOf(logStreamName)}.log`);
    const file = new LogStreamFile(place, { logStreamName, creationTime }, this.options.maxStreamBytes ?? 64 * MB);
    files.set(logStreamName, file);
    return file;
  }

  #shown(key: LogGroupKey, file: LogStreamFile): LogStream {
    const oldest = this.#oldestAllowed(key);
    const read = async function* () {
      for await (const event of file.read()) if (event.timestamp >= oldest) yield event;
    };
    return { ...file.header, facts: () => file.facts(), read };
  }

  #oldestAllowed(key: LogGroupKey): number {
    const days = this.group(key)?.retentionInDays;
    return days === undefined ? 0 : this.options.now() - days * DAY_MS;
  }

  async #removeExpired(key: LogGroupKey): Promise<void> {
    const oldest = this.#oldestAllowed(key);
    if (oldest === 0) return;
    for (const { logStreamName, facts, creationTime } of this.streams(key)) {
      const { lastEventTimestamp = creationTime } = await facts();
      if (lastEventTimestamp < oldest) await this.deleteStream(key, logStreamName);
    }
  }

  /** Runs when a stream is added, so that neither their number nor their size grows without end. */
  async #makeRoom(key: LogGroupKey): Promise<void> {
    await this.#removeExpired(key);
    const { maxStreamsPerGroup = 500, maxTotalBytes = 512 * MB } = this.options;
    const inGroup = this.#files.get(keyOf(key)) ?? new Map<string, LogStreamFile>();
    const byAge = [...inGroup.values()].sort((a, b) => a.header.creationTime - b.header.creationTime);
    for (const file of byAge.slice(0, Math.max(0, inGroup.size - maxStreamsPerGroup))) {
      await this.deleteStream(key, file.header.logStreamName);
    }
    const all = [...this.#files].flatMap(([group, files]) => [...files.values()].map((file) => ({ group, file })));
    let total = all.reduce((sum, { file }) => sum + file.sizeBytes, 0);
    all.sort((a, b) => a.file.header.creationTime - b.file.header.creationTime);
    for (const { group, file } of all.slice(0, -1)) {
      if (total <= maxTotalBytes) return;
      total -= file.sizeBytes;
      this.#files.get(group)?.delete(file.header.logStreamName);
      await file.remove();
    }
  }

  #folderOf({ region, logGroupName }: LogGroupKey): string {
    return path.join(this.folder, region, hashOf(logGroupName));
  }
}

function groupKey({ region, logGroupName }: LogGroupKey): LogGroupKey {
  return { region, logGroupName };
}

function keyOf({ region, logGroupName }: LogGroupKey): string {
  return `${region}/${hashOf(logGroupName)}`;
}

/** Names of groups and streams are longer than names of files may be, and tell case apart. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
