import type { ActionContext } from '../../actions/action-context.js';
import type { DevelopedFunction } from '../../actions/dev/develop.js';
import { listEvents } from '../../actions/events/sample-events.js';
import { findInvocation, recordInvocation } from '../../actions/invocations/invocation-history.js';
import { type InvokePayload, readInvokePayload } from '../../actions/invocations/invoke-payload.js';
import { invoke } from '../../actions/invoke.js';
import { isLambdakitError } from '../../errors/lambdakit-error.js';
import { renderInvoke } from '../render/invoke.js';
import type { Session } from '../session.js';
import { type Keyboard, openKeyboard } from './keyboard.js';

export interface DevKeysOptions {
  readonly session: Session;
  /** What is worked on now, and the context to invoke it with. */
  readonly current: () => {
    readonly functions: readonly DevelopedFunction[];
    readonly context: ActionContext;
    readonly rebuild: () => void;
  };
  /** Port of the debugger; undefined when functions run without. */
  readonly inspectPort: number | undefined;
  readonly onQuit: () => void;
  /** Prints the response of an invocation. */
  readonly print: (response: string | Uint8Array) => void;
}

const HELP = 'Keys: i invoke the last event again · e choose an event · r rebuild all · d debugger · c clear · q quit';

const CLEAR_SCREEN = '\u001b[2J\u001b[3J\u001b[H';

/** The keys of `dev`. One thing at a time; keys that come meanwhile are dropped. */
export function openDevKeys(options: DevKeysOptions): Pick<Keyboard, 'dispose'> {
  const { session, onQuit } = options;
  let isBusy = false;
  const alone = async (work: () => Promise<void>): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } catch (error) {
      session.note(isCancelledPrompt(error) ? 'Nothing was invoked.' : messageOf(error));
    } finally {
      isBusy = false;
    }
  };
  const actions: Readonly<Record<string, () => void>> = {
    i: () => void alone(() => invokeLast(options)),
    return: () => void alone(() => invokeLast(options)),
    e: () => void alone(() => keyboard.lend(() => chooseEvent(options)).then((chosen) => invokeEvent(chosen, options))),
    r: () => {
      session.note('Building everything again.');
      options.current().rebuild();
    },
    d: () => session.note(debuggerText(options.inspectPort)),
    c: () => process.stderr.write(CLEAR_SCREEN),
    h: () => session.note(HELP),
    '?': () => session.note(HELP),
    q: onQuit,
  };
  const keyboard = openKeyboard((name) => actions[name]?.());
  session.note(HELP);
  return keyboard;
}

/** What was invoked last, from here or by `lambdakit invoke --local`; at first the first function with `{}`. */
async function invokeLast(options: DevKeysOptions): Promise<void> {
  const { functions, context } = options.current();
  const last = await findInvocation('last', context).catch(() => undefined);
  const target = last?.functionName ?? functions[0]?.key;
  if (target === undefined) return;
  await invokeWith({ target, qualifier: last?.qualifier }, { from: 'bytes', bytes: last?.payload }, options);
}

interface ChosenEvent {
  readonly target: string;
  readonly event: string;
}

async function chooseEvent({ current, session }: DevKeysOptions): Promise<ChosenEvent> {
  const { functions, context } = current();
  const [{ search, select }, events] = await Promise.all([import('@inquirer/prompts'), listEvents(context)]);
  const terminal = { output: process.stderr, signal: session.signal };
  const target =
    functions.length === 1 && functions[0] !== undefined
      ? functions[0].key
      : await select({ message: 'Function', choices: functions.map(({ key }) => key) }, terminal);
  const choices = events.map(({ name, description }) => ({ value: name, name: `${name}  ${description}` }));
  const event = await search(
    { message: 'Event', source: (text = '') => choices.filter(({ name }) => name.includes(text)) },
    terminal,
  );
  return { target, event };
}

async function invokeEvent({ target, event }: ChosenEvent, options: DevKeysOptions): Promise<void> {
  const { context } = options.current();
  const bytes = await readInvokePayload({ from: 'event', name: event, assignments: [] }, context);
  await recordInvocation({ functionName: target, qualifier: undefined, payload: bytes }, context);
  await invokeWith({ target }, { from: 'bytes', bytes }, options);
}

async function invokeWith(
  place: { readonly target: string; readonly qualifier?: string | undefined },
  payload: InvokePayload,
  options: DevKeysOptions,
): Promise<void> {
  const { context } = options.current();
  const invoked = await invoke({ ...place, payload, invocationType: 'RequestResponse', withLog: false }, context);
  options.print(renderInvoke(invoked));
  if (invoked.error !== undefined) options.session.note(invoked.error.message);
}

function debuggerText(port: number | undefined): string {
  return port === undefined
    ? 'Functions run without a debugger. Start again with --inspect, and attach your editor to 127.0.0.1:9229.'
    : `Attach your editor to 127.0.0.1:${port}; docs/local-service.md has the settings for VS Code.`;
}

/** Ctrl-C at a question takes back the question only; the next one ends everything. */
function isCancelledPrompt(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isLambdakitError(error) && error.hint !== undefined ? `${message}\n  ${error.hint}` : message;
}
