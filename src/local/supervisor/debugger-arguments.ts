import { runCommand } from '../../system/run-command.js';
import type { FunctionSnapshot } from '../core/function-snapshot.js';
import { LaunchFailure } from '../core/ports.js';
import type { InspectOptions } from './debug-port.js';
import type { Interpreter } from './interpreter-search.js';

/**
 * The arguments that make an interpreter listen for a debugger, on the loopback address only. Node.js and
 * Java take any port and announce it; debugpy cannot and takes `port`.
 * @throws LaunchFailure when the language has no debugger here
 */
export async function debuggerArguments(
  { runtime = '' }: Pick<FunctionSnapshot, 'runtime'>,
  interpreter: Interpreter,
  { port, waits }: InspectOptions,
): Promise<readonly string[]> {
  switch (/^[a-z]+/.exec(runtime)?.[0]) {
    case 'nodejs':
      return [`--inspect${waits ? '-brk' : ''}=127.0.0.1:0`];
    case 'java':
      return [`-agentlib:jdwp=transport=dt_socket,server=y,suspend=${waits ? 'y' : 'n'},address=127.0.0.1:0`];
    case 'python':
      await requireDebugpy(interpreter);
      return ['-m', 'debugpy', '--listen', `127.0.0.1:${port}`, ...(waits ? ['--wait-for-client'] : [])];
    default:
      throw new LaunchFailure('Runtime.InvalidEntrypoint', `Debugging is not supported for the runtime ${runtime}`);
  }
}

async function requireDebugpy({ command }: Interpreter): Promise<void> {
  const result = await runCommand(command, ['-s', '-c', 'import debugpy'], { timeoutMs: 10_000 });
  if (result.exitCode === 0) return;
  throw new LaunchFailure(
    'Runtime.InvalidEntrypoint',
    `debugpy is not installed for ${command}; install it with: ${command} -m pip install debugpy`,
  );
}
