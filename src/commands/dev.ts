import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { runDev } from '../cli/dev/run-dev.js';
import { functionArguments } from '../cli/flag-groups.js';
import { neighbourFlags } from '../cli/neighbour-flags.js';
import { processFlags } from '../cli/process-flags.js';

export default class Dev extends BaseCommand {
  static override summary = 'Run functions locally, and each save at once.';
  static override description =
    'Starts the local service, builds and deploys the functions to it, and again whenever their source, the project file or a file that it names changes. A build that fails is shown, and the code before it keeps running. On a terminal single keys invoke the last event again (i), choose an event (e), rebuild all (r), clear (c) and quit (q).';
  static override examples = [
    '<%= config.bin %> dev',
    '<%= config.bin %> dev orders mail --port 0',
    '<%= config.bin %> dev --inspect',
    '<%= config.bin %> dev --json --quiet',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    port: Flags.integer({
      description: 'Port of the local service; 0 takes a free one.',
      default: 3001,
      min: 0,
      max: 65_535,
      helpValue: 'PORT',
    }),
    reset: Flags.boolean({ description: 'Begin with nothing: delete the functions and events of earlier runs.' }),
    'time-scale': Flags.integer({
      description: 'How many times faster than in Lambda asynchronous retries wait.',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    'no-sign-request': Flags.boolean({ description: 'Answer unsigned requests too.' }),
    ...processFlags,
    ...neighbourFlags,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Dev);
    const options = {
      names: args.functions ?? [],
      port: flags.port,
      isReset: flags.reset,
      timeScale: flags['time-scale'],
      noSignRequest: flags['no-sign-request'],
      awsServices: flags['use-aws'] ?? [],
      process: flags,
    };
    return this.perform({ ...flags, local: true, 'endpoint-url': undefined }, async (session) => {
      await runDev(
        {
          ...options,
          announce: (started) => this.print(started),
          print: (response) => void process.stdout.write(typeof response === 'string' ? `${response}\n` : response),
        },
        session,
      );
      return { result: {}, show: () => '' };
    });
  }
}
