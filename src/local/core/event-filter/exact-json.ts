/** A JSON number with the text in which it was written: filters compare 300 and 300.0 as different. */
export class ExactNumber {
  constructor(
    readonly text: string,
    readonly value: number,
  ) {}
}

export type ExactJson = null | boolean | string | ExactNumber | ExactJson[] | ExactObject;
export interface ExactObject {
  readonly [name: string]: ExactJson;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Parses JSON text and keeps the text of its numbers; undefined when it is no JSON. */
export function parseExactJson(text: string): ExactJson | undefined {
  const reviver: Reviver = (_key, value, context) =>
    typeof value === 'number' ? new ExactNumber(context.source ?? String(value), value) : value;
  try {
    return JSON.parse(text, reviver as (this: unknown, key: string, value: unknown) => unknown) as ExactJson;
  } catch {
    return undefined;
  }
}

export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
