import { Flags } from '@oclif/core';
import { setAsyncSettings } from '../../actions/async-settings.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class AsyncSet extends BaseCommand {
  static override summary = 'Set retries, age and destinations of asynchronous invocations.';
  static override examples = [
    '<%= config.bin %> async set hello --retries 0 --max-age 3600',
    '<%= config.bin %> async set hello --on-failure arn:aws:sqs:eu-west-1:123456789012:failed',
  ];
  static override args = { ...functionArgument };
  static override flags = {
    ...qualifierFlag,
    retries: Flags.integer({ description: 'How often a failed event is tried again.', min: 0, max: 2, helpValue: 'N' }),
    'max-age': Flags.integer({
      description: 'How long an event may wait, in seconds.',
      min: 60,
      max: 21_600,
      helpValue: 'SECONDS',
    }),
    'on-success': Flags.string({ description: 'Destination of successful invocations.', helpValue: 'ARN' }),
    'on-failure': Flags.string({ description: 'Destination of failed invocations.', helpValue: 'ARN' }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(AsyncSet);
    const settings = {
      target: args.function,
      qualifier: flags.qualifier,
      maximumRetryAttempts: flags.retries,
      maximumEventAgeInSeconds: flags['max-age'],
      onSuccess: flags['on-success'],
      onFailure: flags['on-failure'],
    };
    return this.perform(flags, async (session) => {
      const result = await setAsyncSettings(settings, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
