import { environmentVariable } from '../system/environment-variables.js';

/** True on a continuous-integration machine (`CI` set to anything but `false` or `0`). */
export function isContinuousIntegration(): boolean {
  const value = environmentVariable('CI');
  return value !== undefined && value !== 'false' && value !== '0';
}

/** True when a person sits at both ends, so that spinners and prompts make sense. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !isContinuousIntegration();
}

/** True when what is written to `stream` may carry colour: a terminal, no CI, no `NO_COLOR` (no-color.org). */
export function mayColour(stream: { readonly isTTY?: boolean }): boolean {
  return Boolean(stream.isTTY) && !isContinuousIntegration() && environmentVariable('NO_COLOR') === undefined;
}

/**
 * Makes a closed pipe (`lambdakit list | head -1`) end the output and not the program: the reader has
 * all it wants, and what the command still has to do is done. Returns a function that undoes it.
 */
export function tolerateClosedPipes(): () => void {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', onError);
  return () => {
    process.stdout.off('error', onError);
    process.stderr.off('error', onError);
  };
}

/** Writes bytes to stdout as they are and waits while its reader is slower than we are. */
export async function writeToStdout(bytes: Uint8Array): Promise<void> {
  const { stdout } = process;
  if (stdout.destroyed || stdout.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stdout.off('drain', done);
      stdout.off('close', done);
      resolve();
    };
    stdout.once('drain', done);
    stdout.once('close', done);
  });
}
