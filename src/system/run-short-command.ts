import { execFile } from 'node:child_process';
import type { CommandResult } from './run-command.js';

export interface ShortCommandOptions {
  /** The whole environment; default: our own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** What a question to a program says in answer is a line or a table of processes, not more. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Asks a program something that it answers at once (`--version`, `mkfifo`, `ps`), and never throws for how
 * it ended. Unlike `runCommand` it loads no library: that would take longer than the program itself.
 */
export function runShortCommand(
  command: string,
  args: readonly string[],
  options: ShortCommandOptions = {},
): Promise<Pick<CommandResult, 'exitCode' | 'stdout' | 'all' | 'isNotFound'>> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      {
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
        ...(options.env !== undefined && { env: { ...options.env } }),
        ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
      },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        const isNotFound = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
        resolve({ exitCode, stdout: stdout.trimEnd(), all: `${stdout}${stderr}`.trimEnd(), isNotFound });
      },
    );
    child.stdin?.on('error', () => undefined).end(); // a program that is already gone takes no end
  });
}
