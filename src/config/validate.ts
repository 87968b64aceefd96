import { z } from 'zod';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { closestName } from './closest-name.js';
import type { FilePosition } from './config-document.js';
import { hasReference } from './reference.js';
import { formatPath, isMapping, type ValuePath, valueAt } from './value-path.js';

export interface ValidateOptions {
  /** Says where a value stands in the project file; undefined for values from elsewhere. */
  readonly positionOf: (
    path: ValuePath,
    part: 'key' | 'value',
  ) => (FilePosition & { readonly file: string }) | undefined;
  /** What a message calls the value at `path`; default: the path itself. */
  readonly nameOf?: (path: ValuePath) => string;
  /** Takes any text with a `${…}` as good: it is checked again when its value is known. Default false. */
  readonly allowReferences?: boolean;
}

/** One thing wrong with the project file. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** zod compiles a parser for a schema that is used often; for one or two uses that takes twice as long as it saves. */
export const PARSE_ONCE = { jitless: true } as const;

/**
 * Checks data against a schema and returns the schema's output.
 * @throws LambdakitError `config-invalid` that lists every problem with its place in the file and, for
 * an unknown key, the key that was probably meant.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  options: ValidateOptions,
): z.output<Schema> {
  const result = schema.safeParse(data, PARSE_ONCE);
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => flattenIssue(issue, data))
    .filter(({ path }) => !(options.allowReferences === true && hasReference(valueAt(data, stepsOf(path)))))
    .flatMap((issue) => describe(schema, data, issue, options));
  if (problems.length > 0) throw invalid(problems.toSorted(inFileOrder));
  // All that was wrong are references; what they stand for is checked when a function is resolved.
  return data as z.output<Schema>;
}

type Issue = z.core.$ZodIssue;

/** An issue of a union is replaced by those of the branch that fits the value best. */
function flattenIssue(issue: Issue, data: unknown): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const isTypeIssue = (candidate: Issue) => candidate.code === 'invalid_type' && candidate.path.length === 0;
  const fitting = issue.errors.filter((branch) => !branch.some(isTypeIssue));
  const [best] = fitting;
  if (best === undefined) return [issue];
  return best.flatMap((inner) => flattenIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, data));
}

function describe(schema: z.ZodType, data: unknown, issue: Issue, options: ValidateOptions): readonly ConfigProblem[] {
  const path = stepsOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const suggestion = closestName(key, keysAt(schema, path));
      return problem([...path, key], `unknown key "${key}"`, 'key', options, suggestion);
    });
  }
  if (issue.code === 'invalid_key') {
    const [reason] = issue.issues;
    return [problem(path, `has a name that ${reason?.message ?? 'is not allowed'}`, 'key', options)];
  }
  return [problem(path, explain(issue, valueAt(data, path), isSecretPlace(path)), 'value', options)];
}

function stepsOf(path: readonly PropertyKey[]): ValuePath {
  return path.filter((step) => typeof step !== 'symbol');
}

function problem(
  path: ValuePath,
  message: string,
  part: 'key' | 'value',
  options: ValidateOptions,
  suggestion?: string,
): ConfigProblem {
  const position = options.positionOf(path, part);
  return {
    path: options.nameOf?.(path) ?? formatPath(path),
    message,
    ...(suggestion !== undefined && { suggestion }),
    ...position,
  };
}

/** Values of environment variables are never told, also where they are wrong. */
function isSecretPlace(path: ValuePath): boolean {
  return path.includes('environment');
}

function explain(issue: Issue, value: unknown, isSecret: boolean): string {
  const shown = isSecret ? kindOf(value) : show(value);
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? `is missing (${issue.expected})`
        : `must be ${article(issue.expected)}, not ${shown}`;
    case 'invalid_value':
      return `must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(' or ')}, not ${shown}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}, not ${measure(value)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}, not ${measure(value)}`;
    case 'invalid_union':
      return `does not take ${shown}`;
    default:
      return issue.message.startsWith('must') ? `${issue.message}, not ${shown}` : `${issue.message} (${shown})`;
  }
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
    int: 'a whole number',
    string: 'text',
  };
  return words[expected] ?? `a ${expected}`;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function measure(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? String(value.length) : show(value);
}

function kindOf(value: unknown): string {
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : show(value);
}

function show(value: unknown): string {
  if (isMapping(value)) return 'a mapping';
  if (Array.isArray(value)) return 'a list';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** The keys that the schema knows at a place of the data. */
function keysAt(schema: z.ZodType, path: ValuePath): readonly string[] {
  let current: z.ZodType | undefined = unwrap(schema);
  for (const step of path) {
    if (current instanceof z.ZodObject) current = unwrap(current.shape[step as string]);
    else if (current instanceof z.ZodRecord) current = unwrap(current.valueType as z.ZodType);
    else if (current instanceof z.ZodArray) current = unwrap(current.element as z.ZodType);
    else return [];
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    return (schema.options as z.ZodType[]).map(unwrap).find((option) => option instanceof z.ZodObject);
  }
  return schema;
}

function inFileOrder(a: ConfigProblem, b: ConfigProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function invalid(problems: readonly ConfigProblem[]): LambdakitError {
  const lines = problems.map((entry) => {
    const place = entry.file === undefined ? '' : `${entry.file}:${entry.line}:${entry.column}: `;
    const meant = entry.suggestion === undefined ? '' : `; did you mean "${entry.suggestion}"?`;
    const subject = entry.message.startsWith('unknown key') || entry.path === '' ? '' : `${entry.path} `;
    const parent =
      subject === '' && entry.path.includes('.') ? ` in ${entry.path.slice(0, entry.path.lastIndexOf('.'))}` : '';
    return `${place}${subject}${entry.message}${parent}${meant}`;
  });
  const first = problems.find(({ suggestion }) => suggestion !== undefined)?.suggestion;
  return new LambdakitError('config-invalid', lines.join('\n'), {
    hint:
      first === undefined
        ? 'The keys and their ranges are in schema/lambdakit.schema.json.'
        : `Write "${first}" instead.`,
    details: { problems },
  });
}
