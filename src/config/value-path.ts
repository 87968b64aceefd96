/** Where a value stands in the project file: keys and list indexes from the root. */
export type ValuePath = readonly (string | number)[];

/** `functions.api.layers[0]`, the form in which messages name a value. */
export function formatPath(path: ValuePath): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** The value at `path` inside parsed data; undefined where a step is missing. */
export function valueAt(data: unknown, path: ValuePath): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** True for a mapping of the project file (not a list, not null). */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
