import type { ActionContext } from '../actions/action-context.js';
import type { GlobalFlagValues } from './global-flags.js';

/** What one command works with; each part is made when it is first asked for. */
export interface Session extends ActionContext {
  readonly flags: GlobalFlagValues;
  readonly workingFolder: string;
  /** Text for people on stderr. */
  note(text: string): void;
  /** Takes the spinner away, before a result is printed. */
  quieten(): void;
  dispose(): Promise<void>;
}
