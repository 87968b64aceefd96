import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { neighbourFlags } from '../../cli/neighbour-flags.js';
import { processFlags } from '../../cli/process-flags.js';
import { runLocalService, type StartedService } from '../../cli/run-local-service.js';

export default class LocalStart extends BaseCommand {
  static override summary = "Run the project's local Lambda service in the foreground.";
  static override description =
    'Any AWS SDK, the aws CLI and Terraform can talk to it; every command with --local uses it while it runs. Ctrl-C ends it and all of its processes.';
  static override examples = [
    '<%= config.bin %> local start',
    '<%= config.bin %> local start --port 0 --json',
    '<%= config.bin %> local start --reset --time-scale 60',
    '<%= config.bin %> local start --inspect',
    '<%= config.bin %> local start --credentials --use-aws s3',
  ];
  static override flags = {
    port: Flags.integer({
      description: 'Port to listen on; 0 takes a free one.',
      default: 3001,
      min: 0,
      max: 65_535,
      helpValue: 'PORT',
    }),
    host: Flags.string({
      description: 'Address to listen on; anything but loopback lets the network run code here.',
      default: '127.0.0.1',
      helpValue: 'ADDRESS',
    }),
    reset: Flags.boolean({ description: 'Begin with nothing: delete the functions and events of earlier runs.' }),
    'time-scale': Flags.integer({
      description: 'How many times faster than in Lambda asynchronous retries wait.',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    'account-concurrency': Flags.integer({
      description: 'How many invocations of all functions may run at the same time, as the limit of an AWS account.',
      default: 1_000,
      min: 1,
      helpValue: 'N',
    }),
    seed: Flags.integer({ description: 'Send calls of a weighted alias the same way in every run.', helpValue: 'N' }),
    'enforce-url-policy': Flags.boolean({
      description: 'Answer 403 where AWS would: open function URLs whose policy does not let everybody call them.',
    }),
    'no-sign-request': Flags.boolean({ description: 'Answer unsigned requests too.' }),
    'realistic-states': Flags.boolean({ description: 'Keep functions Pending for some seconds, as in AWS.' }),
    'realistic-bandwidth': Flags.boolean({
      description: 'Let streamed responses flow no faster than in AWS: 6 MB freely, then 2 MB per second.',
    }),
    freeze: Flags.boolean({ description: 'Stop the processes of idle functions, as AWS does.' }),
    'legacy-log-lines': Flags.boolean({
      description: 'Also log timeouts and crashes as AWS did until 2025, such as "Task timed out after 3.00 seconds".',
    }),
    ...processFlags,
    ...neighbourFlags,
  };

  async run(): Promise<StartedService> {
    const { flags } = await this.parse(LocalStart);
    const options = {
      port: flags.port,
      host: flags.host,
      isReset: flags.reset,
      accountConcurrency: flags['account-concurrency'],
      seed: flags.seed,
      enforceUrlPolicy: flags['enforce-url-policy'],
      timeScale: flags['time-scale'],
      noSignRequest: flags['no-sign-request'],
      realisticStates: flags['realistic-states'],
      realisticBandwidth: flags['realistic-bandwidth'],
      isFrozenWhenIdle: flags.freeze,
      hasLegacyLogLines: flags['legacy-log-lines'],
      awsServices: flags['use-aws'] ?? [],
      process: flags,
    };
    return this.perform(flags, (session) => runLocalService(options, session, (performed) => this.print(performed)));
  }
}
