import { LaunchFailure } from '../core/ports.js';
import type { Interpreter } from './interpreter-search.js';
import type { IsolationChoice } from './isolation-choice.js';

export interface HostFacts {
  readonly choice: IsolationChoice;
  readonly interpreter: Interpreter | LaunchFailure | undefined;
  /** What the function is configured for. */
  readonly architecture: 'x86_64' | 'arm64';
}

/** What people should know of an environment: how it is isolated, what runs it, and what differs from AWS. */
export function hostNotes({ choice, interpreter, architecture }: HostFacts): readonly string[] {
  const because = choice.kind === 'process' && choice.reason !== undefined ? ` (${choice.reason})` : '';
  const isolation = `isolation: ${choice.kind}${because}`;
  if (interpreter === undefined || interpreter instanceof LaunchFailure) return [isolation];
  const { command, version, warning } = interpreter;
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return [
    isolation,
    `interpreter: ${command} (${version})`,
    ...(warning === undefined ? [] : [`warning: ${warning}`]),
    ...(architecture === own ? [] : [`warning: the function is for ${architecture} and runs on ${own} here`]),
  ];
}
