import { LambdakitError } from '../errors/lambdakit-error.js';
import type { ValuePath } from './value-path.js';

/** Line and column of a place in a text file, both counted from 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** A parsed project file that can say where each of its values stands. */
export interface ConfigDocument {
  readonly file: string;
  readonly data: unknown;
  /** The place of a value, or of its key; the nearest parent that exists where the value itself is missing. */
  positionOf(path: ValuePath, part: 'key' | 'value'): FilePosition | undefined;
}

/** The error for text that is not JSON or YAML at all. */
export function syntaxError(file: string, position: FilePosition, reason: string, hint?: string): LambdakitError {
  return new LambdakitError('config-invalid', `${file}:${position.line}:${position.column}: ${reason}`, {
    ...(hint !== undefined && { hint }),
    details: { file, ...position },
  });
}

/** Line and column of a character offset. */
export function positionAt(text: string, offset: number): FilePosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
