import { runCommand } from './run-command.js';

/**
 * Runs a command line that a person has written, as it is, in the shell of the system. Nothing of ours
 * is put into the line; what it has to know is in its variables.
 */
export async function runCommandLine(
  commandLine: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number | undefined; readonly output: string }> {
  const [shell, ...flags] = process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
  const { exitCode, all } = await runCommand(shell ?? '', [...flags, commandLine], { env: variables, signal });
  return { exitCode, output: all };
}
