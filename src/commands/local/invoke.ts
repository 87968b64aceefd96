import { Args, Flags } from '@oclif/core';
import type { InvokeResult } from '../../actions/invoke.js';
import { invokeFromSource } from '../../actions/local-invoke.js';
import { BaseCommand } from '../../cli/base-command.js';
import { eventFlags, eventValueFlag, namedEventFlag } from '../../cli/event-flags.js';
import { functionArgument, functionSettingFlags } from '../../cli/flag-groups.js';
import { functionOverrides } from '../../cli/function-overrides.js';
import { invokePayload } from '../../cli/payload-source.js';
import { processFlags, processOptions } from '../../cli/process-flags.js';
import { renderInvoke } from '../../cli/render/invoke.js';

export default class LocalInvoke extends BaseCommand {
  static override summary = 'Run a function once, straight from its source.';
  static override description =
    'Builds, runs a real runtime process, prints the response, and leaves nothing running. Nothing is deployed.';
  static override examples = [
    `<%= config.bin %> local invoke hello --payload '{"name":"Ada"}'`,
    '<%= config.bin %> local invoke hello --payload-file event.json --tail',
    '<%= config.bin %> local invoke hello --event sqs --set Records[0].body=hi',
    '<%= config.bin %> local invoke hello --replay last',
    '<%= config.bin %> local invoke hello --inspect-brk',
  ];
  static override args = {
    ...functionArgument,
    payload: Args.string({ description: 'The event as JSON; "-" reads it from stdin.' }),
  };
  static override flags = {
    ...eventFlags(['replay']),
    ...namedEventFlag(['replay']),
    ...eventValueFlag,
    replay: Flags.string({
      description: 'The event of an earlier local invocation: its id, or "last".',
      helpValue: 'ID',
    }),
    tail: Flags.boolean({ char: 't', description: 'Show the log on stderr.' }),
    'client-context': Flags.string({ description: 'Client context for the function.', helpValue: 'JSON' }),
    ...functionSettingFlags,
    ...processFlags,
  };

  async run(): Promise<InvokeResult> {
    const { args, flags } = await this.parse(LocalInvoke);
    const { event, set: assignments = [], replay } = flags;
    const written = { argument: args.payload, text: flags.payload, file: flags['payload-file'] };
    const payload = invokePayload({ ...written, event, assignments, replay });
    const overrides = functionOverrides(flags);
    const request = { key: args.function, payload, overrides, clientContext: flags['client-context'] };
    return this.perform(flags, async (session) => {
      const processes = await processOptions(flags, session);
      const invoked = await invokeFromSource({ ...request, processes }, session);
      if (flags.tail && !flags.json) session.note(invoked.result.log ?? '');
      return { result: invoked.result, show: () => renderInvoke(invoked), failure: invoked.error };
    });
  }
}
