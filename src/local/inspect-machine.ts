import os from 'node:os';
import { environmentVariables } from '../system/environment-variables.js';
import { identifyOwnProcess } from '../system/process-identity.js';
import { runShortCommand } from '../system/run-short-command.js';
import { LaunchFailure } from './core/ports.js';
import { createInterpreterFinder } from './supervisor/interpreter.js';
import { chooseMemoryGroups } from './supervisor/memory-groups.js';
import { findNamespaceTools } from './supervisor/namespace-isolation.js';

/** What would run the functions of a runtime here. */
export interface RuntimeProgram {
  readonly runtime: string;
  /** Undefined for an OS-only runtime, whose package brings the program, and where there is none. */
  readonly command?: string;
  readonly version?: string;
  /** Another version than Lambda's would run. */
  readonly warning?: string;
  /** There is none on this machine. */
  readonly problem?: string;
}

/** Looks for the interpreter of a managed runtime as the service does. */
export async function inspectRuntime(runtime: string): Promise<RuntimeProgram> {
  const finder = createInterpreterFinder({ homeFolder: os.homedir(), variables: environmentVariables() });
  try {
    const found = await finder.find(runtime);
    if (found === undefined) return { runtime };
    const { command, version, warning } = found;
    return { runtime, command, version, ...(warning !== undefined && { warning }) };
  } catch (error) {
    if (error instanceof LaunchFailure) return { runtime, problem: error.message };
    throw error;
  }
}

/** How functions can be kept apart here; `reason` says why by no more than processes. */
export interface IsolationFacts {
  readonly kind: 'namespace' | 'process';
  readonly reason?: string;
}

/** Tries whether this machine lets us make the namespaces that a function's processes live in. */
export async function inspectIsolation(): Promise<IsolationFacts> {
  const tools = await findNamespaceTools();
  if (tools === undefined) {
    const isLinux = process.platform === 'linux';
    return { kind: 'process', reason: isLinux ? 'util-linux is incomplete' : `${process.platform} has no namespaces` };
  }
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const trial = await runShortCommand(
    tools.unshare,
    [...user, '--mount', '--pid', '--fork', '/bin/sh', '-c', 'mount -t tmpfs none /mnt'],
    { timeoutMs: 10_000 },
  );
  return trial.exitCode === 0 ? { kind: 'namespace' } : { kind: 'process', reason: trial.all.split('\n')[0] ?? '' };
}

/** What keeps functions within their memory size here; `reason` says why it is no more than measuring. */
export interface MemoryControlFacts {
  readonly kind: 'group' | 'measure';
  readonly reason?: string;
}

/** Tries whether this machine lets us make control groups that limit memory. */
export async function inspectMemoryControl(): Promise<MemoryControlFacts> {
  const choice = await chooseMemoryGroups({ owner: await identifyOwnProcess() });
  return choice.kind === 'group' ? { kind: 'group' } : choice;
}
