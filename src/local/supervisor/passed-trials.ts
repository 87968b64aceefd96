import path from 'node:path';
import { writeFileAtomically } from '../../system/files.js';
import { machineSession } from '../../system/machine-session.js';
import { readTextIfExists } from '../../system/quick-files.js';

/**
 * What was tried on this machine and worked. A trial costs a process or two, a third of the time of a cold
 * invocation; it is not repeated until the next boot. What did not work is tried again.
 */
export interface PassedTrials {
  has(trial: string): Promise<boolean>;
  /** Never fails: without a note the trial is repeated. */
  note(trial: string): Promise<void>;
}

/** Remembers nothing. */
export const NO_PASSED_TRIALS: PassedTrials = { has: async () => false, note: async () => undefined };

/** Remembers them in a file of this folder. */
export function openPassedTrials(cacheFolder: string): PassedTrials {
  const file = path.join(cacheFolder, 'passed-trials.json');
  let reading: Promise<Notes | undefined> | undefined;
  const read = (): Promise<Notes | undefined> => {
    reading ??= readNotes(file);
    return reading;
  };
  return {
    has: async (trial) => (await read())?.passed.includes(trial) ?? false,
    note: async (trial) => {
      const notes = await read();
      if (notes === undefined || notes.passed.includes(trial)) return;
      notes.passed.push(trial);
      await writeFileAtomically(file, `${JSON.stringify(notes)}\n`, { durable: false }).catch(() => undefined);
    },
  };
}

interface Notes {
  readonly session: string;
  readonly passed: string[];
}

/** Undefined where the machine cannot be told from what it was before. */
async function readNotes(file: string): Promise<Notes | undefined> {
  const [session, text] = await Promise.all([machineSession(), readTextIfExists(file).catch(() => undefined)]);
  if (session === undefined) return undefined;
  const passed = text === undefined ? [] : passedIn(text, session);
  return { session, passed };
}

function passedIn(text: string, session: string): string[] {
  try {
    const notes = JSON.parse(text) as Partial<Notes> | null;
    if (notes?.session !== session || !Array.isArray(notes.passed)) return [];
    return notes.passed.filter((trial) => typeof trial === 'string');
  } catch {
    return []; // cut off, or not ours
  }
}
