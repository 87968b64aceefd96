import { Flags } from '@oclif/core';
import { LambdakitError } from '../errors/lambdakit-error.js';
import type { LocalServiceOptions } from '../local/index.js';
import type { Session } from './session.js';

/** How the processes of local functions are started. */
export const processFlags = {
  isolation: Flags.option({
    description: 'Walls around a function: namespaces (Linux), a plain process, or the best that works here.',
    options: ['best', 'namespace', 'process'] as const,
    default: 'best',
    helpGroup: 'PROCESS',
  })(),
  credentials: Flags.boolean({
    description: 'Give functions your own AWS credentials; without it they get worthless ones.',
    helpGroup: 'PROCESS',
  }),
  inspect: Flags.boolean({
    description: 'Start functions with their debugger; editors attach to the port below.',
    exclusive: ['inspect-brk'],
    helpGroup: 'PROCESS',
  }),
  'inspect-brk': Flags.boolean({
    description: 'The same, and wait for the debugger before the first line.',
    helpGroup: 'PROCESS',
  }),
  'inspect-port': Flags.integer({
    description: 'Port for debuggers, on the loopback address.',
    default: 9229,
    min: 1,
    max: 65_535,
    helpValue: 'PORT',
    helpGroup: 'PROCESS',
  }),
  'memory-limit': Flags.boolean({
    description: 'End a function that takes more than its memory size.',
    default: true,
    allowNo: true,
    helpGroup: 'PROCESS',
  }),
  'memory-control': Flags.option({
    description: 'How that is done: by a control group of Linux, by measuring, or the best that works here.',
    options: ['best', 'group', 'measure'] as const,
    default: 'best',
    helpGroup: 'PROCESS',
  })(),
  'cpu-share': Flags.boolean({
    description: 'Give a function the share of a processor that its memory size has on Lambda (Linux).',
    helpGroup: 'PROCESS',
  }),
  'download-runtimes': Flags.boolean({
    description: 'Fetch a missing Node.js version from the npm registry.',
    helpGroup: 'PROCESS',
  }),
};

/** Those that make sense for a single call with --local; the service that is started for it gets them. */
export const localProcessFlags = {
  isolation: Flags.option({
    description:
      'With --local: walls around the function: namespaces (Linux), a plain process, or the best that works.',
    options: ['best', 'namespace', 'process'] as const,
    dependsOn: ['local'],
    helpGroup: 'PROCESS',
  })(),
  inspect: Flags.boolean({
    description: 'With --local: start the function with its debugger.',
    exclusive: ['inspect-brk'],
    dependsOn: ['local'],
    helpGroup: 'PROCESS',
  }),
  'inspect-brk': Flags.boolean({
    description: 'The same, and wait for the debugger before the first line.',
    dependsOn: ['local'],
    helpGroup: 'PROCESS',
  }),
  'inspect-port': processFlags['inspect-port'],
};

/** The flags of `localProcessFlags` as they are given; undefined when none is. */
export function givenProcessFlags(flags: {
  readonly isolation?: ProcessFlagValues['isolation'] | undefined;
  readonly inspect?: boolean | undefined;
  readonly 'inspect-brk'?: boolean | undefined;
  readonly 'inspect-port': number;
}): ProcessFlagValues | undefined {
  const { isolation, inspect = false } = flags;
  const waits = flags['inspect-brk'] ?? false;
  if (isolation === undefined && !inspect && !waits) return undefined;
  return {
    ...{ isolation: isolation ?? 'best', inspect, 'inspect-brk': waits, 'inspect-port': flags['inspect-port'] },
    ...{
      credentials: false,
      'memory-limit': true,
      'memory-control': 'best',
      'cpu-share': false,
      'download-runtimes': false,
    },
  };
}

export interface ProcessFlagValues {
  readonly isolation: 'best' | 'namespace' | 'process';
  readonly credentials: boolean;
  readonly inspect: boolean;
  readonly 'inspect-brk': boolean;
  readonly 'inspect-port': number;
  readonly 'memory-limit': boolean;
  readonly 'memory-control': 'best' | 'group' | 'measure';
  readonly 'cpu-share': boolean;
  readonly 'download-runtimes': boolean;
}

/** What the flags say, in the words of the local service. @throws LambdakitError `credentials-missing` */
export async function processOptions(
  flags: ProcessFlagValues,
  session: Session,
): Promise<NonNullable<LocalServiceOptions['supervisor']>> {
  const isInspected = flags.inspect || flags['inspect-brk'];
  const port = flags['inspect-port'];
  if (isInspected) session.note(`Debuggers attach to 127.0.0.1:${port}.`);
  return {
    isolation: flags.isolation,
    enforceMemory: flags['memory-limit'],
    memoryControl: flags['memory-control'],
    onNotes: tellOnce(session),
    sharesProcessor: requireLinux(flags['cpu-share']),
    allowRuntimeDownload: flags['download-runtimes'],
    ...(isInspected && { inspect: { port, waits: flags['inspect-brk'] } }),
    ...(flags.credentials && { credentials: await ownCredentials(session) }),
  };
}

/** Says the same of a function only once, however many environments it gets. */
function tellOnce(session: Session): (functionName: string, notes: readonly string[]) => void {
  const told = new Set<string>();
  return (functionName, notes) => {
    for (const note of notes) {
      const key = `${functionName} ${note}`;
      if (told.has(key)) continue;
      told.add(key);
      const warning = /^warning: (.*)$/.exec(note)?.[1];
      const kind = warning === undefined ? 'detail' : 'warning';
      session.progress({ kind, subject: functionName, text: warning ?? note });
    }
  };
}

/** @throws LambdakitError `usage` */
function requireLinux(isShareAsked: boolean): boolean {
  if (!isShareAsked || process.platform === 'linux') return isShareAsked;
  throw new LambdakitError('usage', `--cpu-share needs Linux, and this is ${process.platform}.`, {
    hint: 'Leave it away: the function then has whole processors.',
  });
}

async function ownCredentials(session: Session) {
  const { readCredentials } = await import('../aws/read-credentials.js');
  const { region, profile } = await session.project();
  return readCredentials({ region, profile, signal: session.signal });
}
