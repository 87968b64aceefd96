import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { addAbortSignal } from 'node:stream';

const STDIN_DESCRIPTOR = 0;

/**
 * True when a shell feeds us: stdin is a pipe (`echo … | lambdakit`) or a file (`< event.json`). A socket
 * or a terminal is not: programs that start us often leave an open socket there and never write.
 */
export function isInputPiped(): boolean {
  try {
    const stat = fstatSync(STDIN_DESCRIPTOR);
    return stat.isFIFO() || stat.isFile();
  } catch {
    return false; // The descriptor is closed.
  }
}

/** All bytes of stdin, up to its end. */
export async function readStandardInput(signal: AbortSignal): Promise<Uint8Array> {
  const input: Readable = process.stdin;
  addAbortSignal(signal, input);
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
