import { LambdakitError } from '../../errors/lambdakit-error.js';
import type { ActionContext } from '../action-context.js';
import { eventBytes } from '../events/sample-events.js';
import { type PayloadSource, readPayload } from '../read-payload.js';
import { findInvocation } from './invocation-history.js';

/** Where the event of an invocation comes from: what is written, a sample or saved event, or an earlier invocation. */
export type InvokePayload =
  | PayloadSource
  | { readonly from: 'event'; readonly name: string; readonly assignments: readonly string[] }
  | { readonly from: 'history'; readonly id: string }
  | { readonly from: 'bytes'; readonly bytes: Uint8Array | undefined };

type PayloadContext = Pick<ActionContext, 'project' | 'signal'>;

/** The bytes of an event; undefined where none is given. @throws LambdakitError `invalid-input`, `file-not-found` */
export async function readInvokePayload(
  source: InvokePayload,
  context: PayloadContext,
): Promise<Uint8Array | undefined> {
  switch (source.from) {
    case 'event':
      return eventBytes({ name: source.name, assignments: source.assignments }, context);
    case 'history':
      return (await findInvocation(source.id, context)).payload;
    case 'bytes':
      return source.bytes;
    default:
      return readPayload(source, context.signal);
  }
}

/**
 * Many events, one a line (NDJSON); empty lines are left out.
 * @throws LambdakitError `invalid-input` naming the line that is not JSON
 */
export async function readPayloadLines(source: InvokePayload, context: PayloadContext): Promise<readonly Uint8Array[]> {
  const bytes = source.from === 'text' ? Buffer.from(source.text) : await readLinesSource(source, context);
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const payloads = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      JSON.parse(line);
    } catch (error) {
      throw new LambdakitError('invalid-input', `Line ${index + 1} is not JSON: ${(error as Error).message}`, {
        hint: 'With --lines each line is one event; a document of several lines is one with `jq -c .`.',
        cause: error,
      });
    }
    return [Buffer.from(line, 'utf8')];
  });
  if (payloads.length > 0) return payloads;
  throw new LambdakitError('invalid-input', 'There are no events to send.', {
    hint: 'Pipe them in, one JSON document a line, or name a file with --payload-file.',
  });
}

async function readLinesSource(source: InvokePayload, { signal }: PayloadContext): Promise<Uint8Array> {
  if (source.from === 'stdin') {
    const { readStandardInput } = await import('../../system/standard-input.js');
    return readStandardInput(signal);
  }
  if (source.from === 'file') {
    const { readFile } = await import('../../system/files.js');
    return readFile(source.file);
  }
  return new Uint8Array();
}
