/**
 * The value of a key that a caller chose. An alias may be called `constructor`, so a plain index into
 * the record would find what every object inherits.
 */
export function lookup<Value>(
  map: Readonly<Record<string, Value>> | undefined,
  key: string | number,
): Value | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
