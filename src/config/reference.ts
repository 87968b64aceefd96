import { LambdakitError } from '../errors/lambdakit-error.js';

/** One `${…}` of a text: what kind of value it asks for, by which name, and what to take when there is none. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly fallback: string | undefined;
  /** As written, for messages. */
  readonly source: string;
}

/** `$${` stands for a literal `${`; the first branch swallows it. */
const PATTERN = /\$\$\{|\$\{([^{}]*)\}/g;

/** True for text that holds a reference (or an escaped one) that is not resolved yet. */
export function hasReference(value: unknown): value is string {
  return typeof value === 'string' && value.includes('${');
}

/**
 * Replaces every reference of a text by what `resolve` gives for it.
 * @throws what `resolve` throws, and LambdakitError `config-invalid` for a `${` that is never closed.
 */
export async function replaceReferences(
  text: string,
  resolve: (reference: Reference) => Promise<string>,
): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    parts.push(literal(text.slice(end, match.index)));
    parts.push(match[1] === undefined ? '${' : await resolve(parseReference(match[0], match[1])));
    end = match.index + match[0].length;
  }
  parts.push(literal(text.slice(end)));
  return parts.join('');
}

/** The references of a text, without looking anything up. */
export function referencesOf(text: string): readonly Reference[] {
  return [...text.matchAll(PATTERN)].flatMap((match) =>
    match[1] === undefined ? [] : [parseReference(match[0], match[1])],
  );
}

function literal(part: string): string {
  if (!part.includes('${')) return part;
  // The text itself is not told: it may be a secret.
  throw new LambdakitError('config-invalid', 'a ${ is never closed', {
    hint: 'Close it with }, or write $${ for a literal ${.',
  });
}

function parseReference(source: string, inner: string): Reference {
  const comma = inner.indexOf(',');
  const head = (comma < 0 ? inner : inner.slice(0, comma)).trim();
  const fallback = comma < 0 ? undefined : inner.slice(comma + 1).trim();
  const colon = head.indexOf(':');
  const kind = colon < 0 ? head : head.slice(0, colon).trim();
  return { kind, name: colon < 0 ? '' : head.slice(colon + 1).trim(), fallback, source };
}
