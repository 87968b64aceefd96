import { closeSync, constants, openSync } from 'node:fs';
import net from 'node:net';
import type { Readable } from 'node:stream';
import { runShortCommand } from './run-short-command.js';

/**
 * Makes named pipes for `openOutputPipe`. A named pipe is the only real pipe that Node can hand to a
 * child for stdout and stderr together: its own `pipe` is a pair of sockets for each descriptor, which
 * loses the order between the two and cannot be opened as /dev/stdout.
 */
export async function createNamedPipes(files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const result = await runShortCommand('mkfifo', ['-m', '600', '--', ...files]);
  if (result.exitCode !== 0) throw new Error(`mkfifo ${files.join(' ')}: ${result.all}`);
}

export interface OutputPipe {
  /** Ends when every process that holds the other side is gone. */
  readonly reader: Readable;
  /** The blocking side for the child's stdout and stderr. */
  readonly descriptor: number;
  /**
   * Opens the child's side once more: a duplicate of `descriptor` would stop blocking, too, when the child makes its
   * stdout non-blocking, as Node.js does on first use.
   */
  openAnother(): number;
  /** Closes our copies of the child's side; call it once the child has its own. */
  closeDescriptors(): void;
}

/** Opens both sides of a named pipe. Linux only: kqueue does not report the end of a named pipe reliably. */
export function openOutputPipe(file: string): OutputPipe {
  const readDescriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const opened: number[] = [];
  const openAnother = (): number => {
    const descriptor = openSync(file, constants.O_WRONLY);
    opened.push(descriptor);
    return descriptor;
  };
  let descriptor: number;
  try {
    descriptor = openAnother();
  } catch (error) {
    closeSync(readDescriptor);
    throw error;
  }
  const reader = new net.Socket({ fd: readDescriptor, readable: true, writable: false });
  const closeDescriptors = (): void => {
    for (const one of opened.splice(0)) closeSync(one);
  };
  return { reader, descriptor, openAnother, closeDescriptors };
}
