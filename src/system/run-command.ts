export interface RunCommandOptions {
  readonly cwd?: string;
  /** Added to our own environment unless `extendEnv` is false. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly extendEnv?: boolean;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with each line of stdout and stderr while the command runs. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Undefined when a signal ended it or it could not be started. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout and stderr in the order in which they were written. */
  readonly all: string;
  readonly isNotFound: boolean;
  readonly isTimeout: boolean;
  readonly isCanceled: boolean;
}

/**
 * Runs a program to its end without a shell and never throws for how it ended. The program is
 * stopped (SIGTERM, then SIGKILL after 5 s) when `signal` aborts or the time is over.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions = {},
): Promise<CommandResult> {
  const { onLine } = options;
  // Loading execa costs more than a whole empty Node process, and most commands start no program.
  const { execa } = await import('execa');
  const child = execa(command, [...args], {
    reject: false,
    all: true,
    stripFinalNewline: true,
    extendEnv: options.extendEnv ?? true,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
    ...(options.input !== undefined ? { input: options.input } : { stdin: 'ignore' as const }),
    ...(options.signal !== undefined && { cancelSignal: options.signal }),
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
  });
  if (onLine !== undefined) {
    for await (const line of child.iterable({ from: 'all' })) onLine(String(line));
  }
  const result = await child;
  return {
    exitCode: result.exitCode,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    all: String(result.all ?? ''),
    isNotFound: 'code' in result && result.code === 'ENOENT',
    isTimeout: result.timedOut,
    isCanceled: result.isCanceled,
  };
}
