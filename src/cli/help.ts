import { type Command, Help } from '@oclif/core';
import { rootHelp } from './root-help.js';
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
    this.log(rootHelp().trimEnd());
  }

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    await super.showCommandHelp(command);
    this.log(this.section('EXIT CODES', 'See `lambdakit help exit-codes`.'));
  }
}
