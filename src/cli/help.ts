import { type Command, Help } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.js';
import { wantsJson } from './wants-json.js';

/** oclif's help, and the exit codes below it. */
export class LambdakitHelp extends Help {
  /** With --json, wherever it stands, help is one document too. */
  override async showHelp(words: string[]): Promise<void> {
    if (!wantsJson(process.argv)) return super.showHelp(words);
    const { helpDocument } = await import('./help-document.js');
    this.log(JSON.stringify(helpDocument(this.config, words), null, 2));
  }

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
