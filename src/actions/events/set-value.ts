import { LambdakitError } from '../../errors/lambdakit-error.js';

const STEP = /^(?:\.?([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/;

/** The steps of a path such as `Records[0].s3.bucket.name` or `headers['x-api.key']`. @throws LambdakitError `invalid-input` */
export function parsePath(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) {
      throw new LambdakitError('invalid-input', `"${path}" is no path: "${rest}" is not understood.`, {
        hint: "Write it as Records[0].s3.bucket.name; a name with a dot as headers['a.b'].",
      });
    }
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

/**
 * A copy of `document` with `value` at `path`. Missing members are added, a list grows by one at most.
 * @throws LambdakitError `invalid-input` where the path leads through text or a number, or beyond the end of a list
 */
export function withValueAt(document: unknown, path: string, value: unknown): unknown {
  return place(document, parsePath(path), { value, path });
}

function place(
  current: unknown,
  [step, ...rest]: readonly (string | number)[],
  set: { readonly value: unknown; readonly path: string },
): unknown {
  if (step === undefined) return set.value;
  if (Array.isArray(current)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index > current.length) {
      throw new LambdakitError(
        'invalid-input',
        `${set.path}: the list has ${current.length} members, so there is no ${step}.`,
      );
    }
    const copy = [...current];
    copy[index] = place(current[index], rest, set);
    return copy;
  }
  if (current === undefined || current === null) {
    return typeof step === 'number'
      ? place([], [step, ...rest], set)
      : Object.fromEntries([[step, place(undefined, rest, set)]]);
  }
  if (typeof current !== 'object') {
    throw new LambdakitError('invalid-input', `${set.path}: ${JSON.stringify(current)} has no member ${step}.`);
  }
  const before = Object.hasOwn(current, step) ? (current as Readonly<Record<string, unknown>>)[step] : undefined;
  const placed = [String(step), place(before, rest, set)] as const;
  const entries = Object.entries(current);
  const isThere = entries.some(([name]) => name === placed[0]);
  // By entries: a member may be called __proto__. The order of the members stays.
  return Object.fromEntries(
    isThere ? entries.map((entry) => (entry[0] === placed[0] ? placed : entry)) : [...entries, placed],
  );
}

/** `path=value`; a value that is JSON is taken as such, everything else as text. @throws LambdakitError `usage` */
export function parseAssignment(text: string): { readonly path: string; readonly value: unknown } {
  const at = text.indexOf('=');
  if (at > 0) return { path: text.slice(0, at), value: jsonOrText(text.slice(at + 1)) };
  throw new LambdakitError('usage', `"${text}" sets nothing.`, { hint: 'Write --set path=value.' });
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
