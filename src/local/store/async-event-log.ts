import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { mkdir, open, readFile, rename, rm, systemErrorCode } from '../../system/files.js';
import type { AsyncEvent, AsyncEventLog, AsyncProgress } from '../core/async/async-event.js';
import { type AsyncLogEntry, decodeFrames, encodeFrame } from './async-event-frames.js';

/** The log is rewritten when it holds this much more than its living events need. */
const COMPACTION_SLACK_BYTES = 4 * 1024 * 1024;

type Handle = Awaited<ReturnType<typeof open>>;

/** The event log on disk; `dispose` closes the file after everything handed over was written. */
export interface DurableAsyncEventLog extends AsyncEventLog {
  /** Size of the file in bytes. */
  readonly sizeBytes: number;
  dispose(): Promise<void>;
}

export interface AsyncEventLogOptions {
  /** Default 4 MB. */
  readonly compactionSlackBytes?: number;
}

/**
 * Opens (or begins) the append-only log of queued events. Writes that come while the disk is busy go
 * out together with one flush, so that thousands of events per second are durable. One process at a
 * time may have it open; the lock of the store sees to that.
 *
 * @throws LambdakitError `disk-full` or `permission-denied` when the file cannot be opened.
 */
export async function openAsyncEventLog(
  file: string,
  options: AsyncEventLogOptions = {},
): Promise<DurableAsyncEventLog> {
  await mkdir(path.dirname(file), { recursive: true });
  const bytes = await readIfExists(file);
  const { entries, validBytes } = decodeFrames(bytes);
  const handle = await open(file, 'a+', 0o600);
  // What a kill tore off must not stand before the next entry.
  if (validBytes < bytes.length) await handle.truncate(validBytes);
  await handle.sync();
  await syncFolder(path.dirname(file));
  return new FileEventLog(file, handle, {
    events: replay(entries),
    sizeBytes: validBytes,
    slackBytes: options.compactionSlackBytes ?? COMPACTION_SLACK_BYTES,
  });
}

/** About what a frame takes beside payload and result. */
const FRAME_OVERHEAD_BYTES = 512;

interface PendingWrite {
  readonly frame: Uint8Array;
  /** Whether it must survive a power cut, not only the end of this process. */
  readonly isFlushed: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

class FileEventLog implements DurableAsyncEventLog {
  readonly recovered: readonly AsyncEvent[];
  readonly #file: string;
  readonly #slackBytes: number;
  readonly #events: Map<string, AsyncEvent>;
  /** Bytes that the living events would take in a fresh file. */
  #livingBytes = 0;
  readonly #frameBytes = new Map<string, number>();
  #handle: Handle;
  #sizeBytes: number;
  #pending: PendingWrite[] = [];
  #flushing: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    file: string,
    handle: Handle,
    state: { readonly events: Map<string, AsyncEvent>; readonly sizeBytes: number; readonly slackBytes: number },
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#events = state.events;
    this.#sizeBytes = state.sizeBytes;
    this.#slackBytes = state.slackBytes;
    this.recovered = [...state.events.values()];
    for (const event of this.recovered) this.#weigh(event, event.payload.length + FRAME_OVERHEAD_BYTES);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async add(event: AsyncEvent): Promise<void> {
    const frame = encodeFrame({ kind: 'add', event });
    this.#events.set(event.requestId, event);
    this.#weigh(event, frame.length);
    try {
      await this.#write(frame, true);
    } catch (error) {
      this.#drop(event.requestId);
      throw error;
    }
  }

  progress(requestId: string, progress: AsyncProgress): Promise<void> {
    const event = this.#events.get(requestId);
    if (event === undefined) return Promise.resolve();
    const moved = { ...event, progress };
    this.#events.set(requestId, moved);
    const resultBytes = progress.lastResult?.payload.length ?? 0;
    this.#weigh(moved, event.payload.length + resultBytes + FRAME_OVERHEAD_BYTES);
    return this.#write(encodeFrame({ kind: 'progress', requestId, progress }), false);
  }

  remove(requestId: string): Promise<void> {
    if (!this.#events.has(requestId)) return Promise.resolve();
    this.#drop(requestId);
    // Forgotten in a power cut it only runs once more.
    return this.#write(encodeFrame({ kind: 'remove', requestId }), false);
  }

  async dispose(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#flushing;
    await this.#handle.close();
  }

  #weigh(event: AsyncEvent, bytes: number): void {
    this.#livingBytes += bytes - (this.#frameBytes.get(event.requestId) ?? 0);
    this.#frameBytes.set(event.requestId, bytes);
  }

  #drop(requestId: string): void {
    this.#events.delete(requestId);
    this.#livingBytes -= this.#frameBytes.get(requestId) ?? 0;
    this.#frameBytes.delete(requestId);
  }

  #write(frame: Uint8Array, isFlushed: boolean): Promise<void> {
    if (this.#isClosed) return Promise.reject(new LambdakitError('internal', 'the event log is closed'));
    const written = new Promise<void>((resolve, reject) => this.#pending.push({ frame, isFlushed, resolve, reject }));
    this.#flushing ??= this.#flush();
    return written;
  }

  /** Group commit: everything that piled up during one flush goes out with the next. */
  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      try {
        await this.#append(group);
        for (const write of group) write.resolve();
        if (this.#sizeBytes > this.#livingBytes + this.#slackBytes) await this.#compact();
      } catch (error) {
        for (const write of group) write.reject(asStorageError(error, this.#file));
      }
    }
    // In the same turn as the last look at the list, or a write in between would wait for ever.
    this.#flushing = undefined;
  }

  async #append(group: readonly PendingWrite[]): Promise<void> {
    const bytes = Buffer.concat(group.map(({ frame }) => frame));
    try {
      await writeFully(this.#handle, bytes);
      if (group.some(({ isFlushed }) => isFlushed)) await this.#handle.datasync();
      this.#sizeBytes += bytes.length;
    } catch (error) {
      // A half-written group (disk full) must not stand before the next one.
      await this.#handle.truncate(this.#sizeBytes);
      throw error;
    }
  }

  /** Writes the living events to a fresh file and puts it in the place of the old one. A failure leaves the old one in use. */
  async #compact(): Promise<void> {
    const living = [...this.#events.values()].map((event) => ({ event, frame: encodeFrame({ kind: 'add', event }) }));
    const bytes = Buffer.concat(living.map(({ frame }) => frame));
    const handle = await this.#replaceFile(bytes);
    if (handle === undefined) return;
    const old = this.#handle;
    this.#handle = handle;
    this.#sizeBytes = bytes.length;
    for (const { event, frame } of living) {
      if (this.#frameBytes.has(event.requestId)) this.#weigh(event, frame.length);
    }
    await old.close();
    await syncFolder(path.dirname(this.#file));
  }

  /** The handle of the new file once it stands under the log's name; undefined when it could not be written. */
  async #replaceFile(bytes: Uint8Array): Promise<Handle | undefined> {
    const fresh = `${this.#file}.compacting`;
    let handle: Handle | undefined;
    try {
      await rm(fresh, { force: true });
      handle = await open(fresh, 'ax+', 0o600);
      await writeFully(handle, bytes);
      await handle.sync();
      await rename(fresh, this.#file);
      return handle;
    } catch {
      // Compaction only saves space: the old file is whole, and a later flush tries again.
      await handle?.close();
      await rm(fresh, { force: true });
      return undefined;
    }
  }
}

function replay(entries: readonly AsyncLogEntry[]): Map<string, AsyncEvent> {
  const events = new Map<string, AsyncEvent>();
  for (const entry of entries) {
    if (entry.kind === 'add') events.set(entry.event.requestId, entry.event);
    else if (entry.kind === 'remove') events.delete(entry.requestId);
    else {
      const event = events.get(entry.requestId);
      if (event !== undefined) events.set(entry.requestId, { ...event, progress: entry.progress });
    }
  }
  return events;
}

async function writeFully(handle: Handle, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) offset += (await handle.write(bytes, offset)).bytesWritten;
}

async function readIfExists(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw asStorageError(error, file);
  }
}

/** A new name in a folder survives a power cut only when the folder itself was flushed; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asStorageError(error: unknown, file: string): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LambdakitError('disk-full', `no space left to queue an event in ${file}`, {
      hint: 'Free some space and send the event again; what was acknowledged before is kept.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new LambdakitError('permission-denied', `the event queue ${file} cannot be written`, {
      hint: 'Make the state folder of the local service writable for you.',
      cause: error,
    });
  }
  return error;
}
