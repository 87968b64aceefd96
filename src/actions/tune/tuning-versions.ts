import type { FunctionConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { unlessNotFound } from '../../aws/not-found.js';
import { waitForFunction } from '../../aws/wait-for-function.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { systemClock } from '../../system/clock.js';
import { pause } from '../../system/pause.js';
import type { ActionContext } from '../action-context.js';
import { makeChange } from '../deploy/make-change.js';
import { readVersions } from '../versions.js';

/** One memory size of a function that can be invoked; the function itself is as it was. */
export interface TuningVersion {
  readonly memorySize: number;
  readonly version: string;
}

export interface TuningVersions {
  readonly versions: readonly TuningVersion[];
  /** Sizes that the service does not give this account. */
  readonly refused: readonly { readonly memorySize: number; readonly reason: string }[];
  /** Deletes what was published and gives $LATEST its memory size back, if that did not happen yet. Idempotent. */
  undo(): Promise<void>;
}

const MARK = 'lambdakit tune';
/** How long undoing may take after an interruption. */
const UNDO_PATIENCE_MS = 60_000;

/**
 * Publishes a version of the function for each memory size and gives $LATEST its own back at once, so that
 * aliases never see the change. When it fails on the way, what it did is undone.
 */
export async function publishSizes(
  original: FunctionConfiguration,
  sizes: readonly number[],
  context: ActionContext,
): Promise<TuningVersions> {
  const work = new VersionWork(original, context);
  try {
    return await work.publish(sizes);
  } catch (error) {
    await work.undo();
    throw error;
  }
}

class VersionWork {
  readonly #functionName: string;
  /** What $LATEST has now, by our doing. */
  #memorySize: number | undefined;
  #isClean = true;

  constructor(
    private readonly original: FunctionConfiguration,
    private readonly context: ActionContext,
  ) {
    this.#functionName = original.FunctionName ?? '';
    this.#memorySize = original.MemorySize;
  }

  async publish(sizes: readonly number[]): Promise<TuningVersions> {
    const calls = await this.context.lambda();
    const versions: TuningVersion[] = [];
    const refused: { memorySize: number; reason: string }[] = [];
    this.#isClean = false;
    for (const memorySize of sizes) {
      this.#tell(`publishing a version with ${memorySize} MB`);
      try {
        await this.#setMemory(memorySize, calls, this.context.signal);
      } catch (error) {
        if (!isRefusedSize(error)) throw error;
        refused.push({ memorySize, reason: error.message });
        continue;
      }
      versions.push(await this.#publishOne(memorySize, calls));
    }
    await this.#setMemory(this.original.MemorySize ?? 128, calls, this.context.signal);
    return { versions, refused, undo: () => this.undo() };
  }

  async undo(): Promise<void> {
    if (this.#isClean) return;
    // What was interrupted has to be cleared away all the same.
    const signal = AbortSignal.timeout(UNDO_PATIENCE_MS);
    const calls = await this.context.lambdaUntil(signal);
    if (this.#memorySize !== this.original.MemorySize) await this.#restore(calls, signal);
    // By their mark, so that those go, too, whose making was interrupted or belonged to a run that was killed.
    const versions = await readVersions(calls, this.#functionName);
    for (const { version, description, aliases } of versions) {
      if (!description.startsWith(MARK) || aliases.length > 0) continue;
      await unlessNotFound(calls.deleteFunction({ FunctionName: this.#functionName, Qualifier: version }));
    }
    this.#isClean = true;
  }

  /** Somebody who has changed the memory size meanwhile knows better. */
  async #restore(calls: LambdaCalls, signal: AbortSignal): Promise<void> {
    const now = await waitForFunction({ calls, signal, functionName: this.#functionName, toleratesFailedUpdate: true });
    if (now.MemorySize === this.#memorySize) await this.#setMemory(this.original.MemorySize ?? 128, calls, signal);
  }

  async #publishOne(memorySize: number, calls: LambdaCalls): Promise<TuningVersion> {
    const { signal } = this.context;
    const FunctionName = this.#functionName;
    const { Version: version = '' } = await this.#change(calls, signal, () =>
      calls.publishVersion({ FunctionName, Description: `${MARK}: ${memorySize} MB` }),
    );
    await waitForFunction({ calls, signal, functionName: FunctionName, qualifier: version });
    return { memorySize, version };
  }

  async #setMemory(memorySize: number, calls: LambdaCalls, signal: AbortSignal): Promise<void> {
    if (this.#memorySize === memorySize) return;
    const before = this.#memorySize;
    // Even when the answer is lost, the change may have been made.
    this.#memorySize = memorySize;
    try {
      await this.#change(calls, signal, () =>
        calls.updateFunctionConfiguration({ FunctionName: this.#functionName, MemorySize: memorySize }),
      );
    } catch (error) {
      if (isRefusedSize(error)) this.#memorySize = before;
      throw error;
    }
    await waitForFunction({ calls, signal, functionName: this.#functionName });
  }

  #change<T>(calls: LambdaCalls, signal: AbortSignal, change: () => Promise<T>): Promise<T> {
    const { progress } = this.context;
    const { monotonic: now } = systemClock;
    return makeChange(this.#functionName, { calls, signal, progress, now, sleep: pause, random: Math.random }, change);
  }

  #tell(text: string): void {
    this.context.progress({ kind: 'started', subject: this.#functionName, text });
  }
}

/** An account may have a lower limit than Lambda. */
function isRefusedSize(error: unknown): error is Error {
  return isLambdakitError(error) && /memorysize/i.test(error.message) && error.code !== 'interrupted';
}
