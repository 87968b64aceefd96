import type { ActionContext } from '../actions/action-context.js';
import type { LocalServiceOptions } from '../local/index.js';
import type { GlobalFlagValues } from './global-flags.js';

/** What one command works with; each part is made when it is first asked for. */
export interface Session extends ActionContext {
  readonly flags: GlobalFlagValues;
  readonly workingFolder: string;
  /** How the user wants functions started by a service that runs for this command; undefined when they do not say. */
  readonly localProcesses?: (() => Promise<NonNullable<LocalServiceOptions['supervisor']>>) | undefined;
  /** Text for people on stderr. */
  note(text: string): void;
  /** Takes the spinner away, before a result is printed. */
  quieten(): void;
  /** Looks anew for where AWS, or the local service, is, with the next door that is asked for. */
  forgetPlace(): void;
  dispose(): Promise<void>;
}
