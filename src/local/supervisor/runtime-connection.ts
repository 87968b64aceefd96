import type { FunctionSnapshot } from '../core/function-snapshot.js';

/**
 * The descriptor of the connection to the Runtime API that our own start programs are born with: a pair of sockets takes
 * less of the processor for each message than a connection to the loopback address. Node.js closes to the programs that
 * a function starts what it was born with up to 15 (libuv, `uv_disable_stdio_inheritance`).
 */
export const CONNECTION_DESCRIPTOR = 3;

/**
 * Whether what is started for a function takes such a connection. A wrapper script may start more than the runtime, and
 * may put a proxy between it and us, so there the runtime connects for itself, as a client of AWS does.
 */
export function takesConnection({ runtime = '', environment }: FunctionSnapshot): boolean {
  const isOurs = runtime.startsWith('nodejs') || runtime.startsWith('python');
  return process.platform === 'linux' && isOurs && !environment.AWS_LAMBDA_EXEC_WRAPPER;
}
