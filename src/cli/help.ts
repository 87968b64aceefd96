import { type Command, Help } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.js';

/** oclif's help, and the exit codes below it. */
export class LambdakitHelp extends Help {
  override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    this.log(this.section('EXIT CODES', exitCodeRows()));
  }

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    await super.showCommandHelp(command);
    this.log(this.section('EXIT CODES', 'See `lambdakit help exit-codes`.'));
  }
}

/** The table of exit codes as lines. */
export function exitCodeRows(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, meaning]) => `${code.padStart(3)}  ${meaning}`)
    .join('\n');
}
