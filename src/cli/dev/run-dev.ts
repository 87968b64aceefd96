import type { ActionContext } from '../../actions/action-context.js';
import { type DevelopedFunction, develop } from '../../actions/dev/develop.js';
import type { Performed } from '../base-command.js';
import type { AwsServices } from '../neighbour-flags.js';
import type { ProcessFlagValues } from '../process-flags.js';
import { renderRoute } from '../render/route.js';
import { type StartedService, withLocalService } from '../run-local-service.js';
import type { Session } from '../session.js';
import type { Style } from '../style.js';
import { isInteractive } from '../terminal.js';
import { openDevKeys } from './dev-keys.js';

export interface RunDevOptions {
  readonly names: readonly string[];
  readonly port: number;
  readonly isReset: boolean;
  readonly timeScale: number;
  readonly noSignRequest: boolean;
  /** Services that functions call in AWS. */
  readonly awsServices: AwsServices;
  readonly process: ProcessFlagValues;
  readonly announce: (started: Performed<StartedDev>) => Promise<void>;
  /** Prints the response of an invocation by key. */
  readonly print: (response: string | Uint8Array) => void;
}

/** What is known when all functions were built and deployed for the first time. */
export interface StartedDev extends StartedService {
  readonly functions: readonly DevelopedFunction[];
}

/** The local service with functions that follow their source, until Ctrl-C or the key that quits. */
export async function runDev(options: RunDevOptions, session: Session): Promise<void> {
  const quit = new AbortController();
  const signal = AbortSignal.any([session.signal, quit.signal]);
  const service = {
    ...{ port: options.port, host: '127.0.0.1', isReset: options.isReset, seed: undefined, enforceUrlPolicy: false },
    ...{ timeScale: options.timeScale, noSignRequest: options.noSignRequest, awsServices: options.awsServices },
    ...{ realisticStates: false, realisticBandwidth: false, isFrozenWhenIdle: false, hasLegacyLogLines: false },
    ...{ accountConcurrency: undefined, process: options.process },
  };
  await withLocalService(service, session, async (started) => {
    try {
      await editLoop(started, { options, session, signal, onQuit: () => quit.abort() });
    } catch (error) {
      if (!quit.signal.aborted || session.signal.aborted) throw error;
    }
  });
}

interface EditLoopOptions {
  readonly options: RunDevOptions;
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly onQuit: () => void;
}

/** What is worked on now. */
interface Current {
  readonly functions: readonly DevelopedFunction[];
  readonly context: ActionContext;
  readonly rebuild: () => void;
}

async function editLoop(started: StartedService, { options, session, signal, onQuit }: EditLoopOptions): Promise<void> {
  const { process: flags, print, names } = options;
  let current: Current | undefined;
  let keys: { dispose(): void } | undefined;
  const start = async ({ functions, ...first }: Current): Promise<void> => {
    const result = { ...started, functions };
    await options.announce({ result, show: (style) => renderStartedDev(result, style) });
    session.note(`Saving a file puts it into service. Ctrl-C ends ${isInteractive() ? 'all' : 'the service'}.`);
    if (!isInteractive() || session.flags.json) return;
    const inspectPort = flags.inspect || flags['inspect-brk'] ? flags['inspect-port'] : undefined;
    keys = openDevKeys({
      session,
      current: () => current ?? { functions, ...first },
      inspectPort,
      onQuit,
      print,
    });
  };
  try {
    await develop(
      {
        names,
        onReady: async (functions, context, rebuild) => {
          const isFirst = current === undefined;
          current = { functions, context, rebuild };
          if (isFirst) await start(current);
        },
      },
      { ...session, signal },
    );
  } finally {
    keys?.dispose();
  }
}

function renderStartedDev({ endpoint, functions, routes }: StartedDev, style: Style): string {
  const rows = functions.map(({ key, isDeployed, url }) => {
    const state = isDeployed ? style.green('ready') : style.red('failed');
    return `  ${key}  ${state}${url === undefined ? '' : `  ${url}`}`;
  });
  const addresses = routes.map((route) => `  ${renderRoute(route)}`);
  return [`The local Lambda service listens on ${endpoint}`, ...rows, ...addresses].join('\n');
}
