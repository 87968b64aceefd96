import { LaunchFailure } from '../core/ports.js';
import type { Interpreter } from './interpreter-search.js';
import type { IsolationChoice } from './isolation-choice.js';
import type { MemoryLimitKind } from './memory-control.js';

export interface HostFacts {
  readonly choice: IsolationChoice;
  readonly memoryLimit: MemoryLimitKind;
  readonly interpreter: Interpreter | LaunchFailure | undefined;
  /** What the function is configured for. */
  readonly architecture: 'x86_64' | 'arm64';
}

/** What people should know of an environment: how it is isolated and limited, what runs it, and what differs from AWS. */
export function hostNotes({ choice, memoryLimit, interpreter, architecture }: HostFacts): readonly string[] {
  const because = choice.kind === 'process' && choice.reason !== undefined ? ` (${choice.reason})` : '';
  const isolation = `isolation: ${choice.kind}${because}`;
  const memory = `memory limit: ${memoryText(memoryLimit)}`;
  if (interpreter === undefined || interpreter instanceof LaunchFailure) return [isolation, memory];
  const { command, version, warning } = interpreter;
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return [
    isolation,
    memory,
    `interpreter: ${command} (${version})`,
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
    ...(architecture === own ? [] : [`warning: the function is for ${architecture} and runs on ${own} here`]),
  ];
}

function memoryText(limit: MemoryLimitKind): string {
  if (limit.kind === 'group') return `control group (version ${limit.version})`;
  if (limit.kind === 'off') return 'off';
  return limit.reason === undefined ? 'measured' : `measured (${limit.reason})`;
}
