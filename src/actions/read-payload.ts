import { LambdakitError } from '../errors/lambdakit-error.js';
import { readFile, systemErrorCode } from '../system/files.js';
import { readStandardInput } from '../system/standard-input.js';

/** Where the event comes from. */
export type PayloadSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'file'; readonly file: string }
  | { readonly from: 'stdin' }
  | { readonly from: 'none' };

/**
 * The bytes of an event, checked to be JSON; undefined where none is given.
 * @throws LambdakitError `invalid-input` naming the place of the mistake, `file-not-found`.
 */
export async function readPayload(source: PayloadSource, signal: AbortSignal): Promise<Uint8Array | undefined> {
  switch (source.from) {
    case 'none':
      return undefined;
    case 'text':
      return checkJson(new TextEncoder().encode(source.text), 'The payload');
    case 'file':
      return checkJson(await readPayloadFile(source.file), `The payload file ${source.file}`);
    case 'stdin': {
      const bytes = await readStandardInput(signal);
      return bytes.length === 0 ? undefined : checkJson(bytes, 'The payload on stdin');
    }
  }
}

async function readPayloadFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new LambdakitError('file-not-found', `There is no payload file ${file}.`, {
      hint: 'Check the path and the folder you are in.',
      cause: error,
    });
  }
}

/** Lambda accepts JSON only; told here, the mistake costs no call. The bytes go out unchanged. */
function checkJson(bytes: Uint8Array, what: string): Uint8Array {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return bytes;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8 text';
    throw new LambdakitError('invalid-input', `${what} is not JSON: ${reason}`, {
      hint: `In a shell put it in single quotes, as in --payload '{"name":"Ada"}', or use --payload-file.`,
      cause: error,
    });
  }
}
