import type { PayloadSource } from '../actions/read-payload.js';
import { isInputPiped } from '../system/standard-input.js';

/** The ways in which a command line names an event. */
export interface PayloadFlags {
  readonly argument: string | undefined;
  readonly text: string | undefined;
  readonly file: string | undefined;
}

/** Where the event comes from: what is written first, else what a shell pipes in. `-` is stdin, `@FILE` a file. */
export function payloadSource({ argument, text, file }: PayloadFlags): PayloadSource {
  if (file !== undefined) return file === '-' ? { from: 'stdin' } : { from: 'file', file };
  const given = text ?? argument;
  if (given === undefined) return isInputPiped() ? { from: 'stdin' } : { from: 'none' };
  if (given === '-') return { from: 'stdin' };
  return given.startsWith('@') ? { from: 'file', file: given.slice(1) } : { from: 'text', text: given };
}
