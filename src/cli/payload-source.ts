import type { InvokePayload } from '../actions/invocations/invoke-payload.js';
import type { PayloadSource } from '../actions/read-payload.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { isInputPiped } from '../system/standard-input.js';

/** The ways in which a command line names an event. */
export interface PayloadFlags {
  readonly argument: string | undefined;
  readonly text: string | undefined;
  readonly file: string | undefined;
}

/**
 * Where the event comes from: what is written, else what a shell pipes in. `-` is stdin, `@FILE` a file.
 * @throws LambdakitError `usage` when it is written twice
 */
export function payloadSource({ argument, text, file }: PayloadFlags): PayloadSource {
  const other = text !== undefined ? '--payload' : '--payload-file';
  if (argument !== undefined && (text ?? file) !== undefined) {
    throw new LambdakitError('usage', `The event is given twice: as ${JSON.stringify(argument)} and with ${other}.`, {
      hint: 'Leave one of the two away.',
    });
  }
  if (file !== undefined) return file === '-' ? { from: 'stdin' } : { from: 'file', file };
  const given = text ?? argument;
  if (given === undefined) return isInputPiped() ? { from: 'stdin' } : { from: 'none' };
  if (given === '-') return { from: 'stdin' };
  return given.startsWith('@') ? { from: 'file', file: given.slice(1) } : { from: 'text', text: given };
}

export interface InvokePayloadFlags extends PayloadFlags {
  /** Name of a sample event or of one in the folder events. */
  readonly event: string | undefined;
  readonly assignments: readonly string[];
  /** Id of an earlier invocation. */
  readonly replay: string | undefined;
}

/** As `payloadSource`; an event or an invocation that is named comes before what a shell pipes in. */
export function invokePayload({ event, assignments, replay, ...written }: InvokePayloadFlags): InvokePayload {
  if (event !== undefined) return { from: 'event', name: event, assignments };
  if (replay !== undefined) return { from: 'history', id: replay };
  return payloadSource(written);
}
