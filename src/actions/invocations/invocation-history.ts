import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { readdir, readTextIfExists, rm, writeFileAtomically } from '../../system/files.js';
import type { ActionContext } from '../action-context.js';

/** An invocation that can be made again. */
export interface RecordedInvocation {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly functionName: string;
  readonly qualifier: string | undefined;
  readonly payload: Uint8Array | undefined;
}

type HistoryContext = Pick<ActionContext, 'project'>;

const MAX_RECORDS = 100;
/** A larger event is not kept: a hundred of them must not fill a disk. */
const MAX_PAYLOAD_BYTES = 1_048_576;

/** Keeps an invocation of the local service; the oldest beyond a hundred are removed. */
export async function recordInvocation(
  invocation: Pick<RecordedInvocation, 'functionName' | 'qualifier' | 'payload'>,
  context: HistoryContext,
  nowMs: number = Date.now(),
): Promise<string | undefined> {
  const { functionName, qualifier, payload } = invocation;
  if ((payload?.length ?? 0) > MAX_PAYLOAD_BYTES) return undefined;
  const folder = await historyFolder(context);
  // Names in the order of time, so that the newest is found without opening any.
  const id = `${String(Math.floor(nowMs)).padStart(15, '0')}-${randomUUID().slice(0, 8)}`;
  const record = {
    ...{ id, time: new Date(nowMs).toISOString(), functionName, qualifier },
    ...(payload !== undefined && { payload: Buffer.from(payload).toString('base64') }),
  };
  // Events may hold secrets: nobody else may read them.
  await writeFileAtomically(path.join(folder, `${id}.json`), JSON.stringify(record), { mode: 0o600, durable: false });
  const names = await recordNames(folder);
  for (const name of names.slice(0, Math.max(0, names.length - MAX_RECORDS))) {
    await rm(path.join(folder, name), { force: true });
  }
  return id;
}

/** An earlier invocation by its id, the beginning of its id, or `last`. @throws LambdakitError `invalid-input` */
export async function findInvocation(id: string, context: HistoryContext): Promise<RecordedInvocation> {
  const folder = await historyFolder(context);
  const names = await recordNames(folder);
  const name = id === 'last' ? names.at(-1) : names.findLast((one) => one.replace(/\.json$/, '').includes(id));
  const text = name === undefined ? undefined : await readTextIfExists(path.join(folder, name));
  if (text === undefined) {
    throw new LambdakitError(
      'invalid-input',
      id === 'last' ? 'Nothing has been invoked yet.' : `There is no invocation "${id}".`,
      {
        hint: 'Invocations with --local are kept; --replay last repeats the newest.',
      },
    );
  }
  const { payload, ...rest } = JSON.parse(text) as Omit<RecordedInvocation, 'payload'> & { readonly payload?: string };
  return { ...rest, payload: payload === undefined ? undefined : Buffer.from(payload, 'base64') };
}

async function recordNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{15}-.*\.json$/.test(name)).sort();
}

async function historyFolder(context: HistoryContext): Promise<string> {
  return path.join((await context.project()).folder, '.lambdakit', 'invocations');
}
