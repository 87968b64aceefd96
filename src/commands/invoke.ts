import { Args, Flags } from '@oclif/core';
import { type InvokeResult, invoke } from '../actions/invoke.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../cli/flag-groups.js';
import { payloadSource } from '../cli/payload-source.js';
import { renderInvoke } from '../cli/render/invoke.js';

export default class InvokeCommand extends BaseCommand {
  static override summary = 'Invoke a function and print what it returns.';
  static override description =
    'The response goes to stdout as it is, everything else to stderr. An error of the function ends with exit code 4.';
  static override examples = [
    `<%= config.bin %> invoke hello --payload '{"name":"Ada"}'`,
    '<%= config.bin %> invoke hello --payload-file event.json --tail',
    `echo '{"name":"Ada"}' | <%= config.bin %> invoke hello --local`,
    '<%= config.bin %> invoke hello --qualifier live --async',
    '<%= config.bin %> invoke hello --json | jq .billedDuration',
  ];
  static override args = {
    ...functionArgument,
    payload: Args.string({ description: 'The event as JSON; "-" reads it from stdin.', required: false }),
  };
  static override flags = {
    payload: Flags.string({
      char: 'p',
      description: 'The event as JSON; "@FILE" reads it from a file, "-" from stdin.',
      helpValue: 'JSON',
      exclusive: ['payload-file'],
    }),
    'payload-file': Flags.string({ description: 'File with the event; "-" is stdin.', helpValue: 'FILE' }),
    ...qualifierFlag,
    async: Flags.boolean({
      description: 'Queue the event and do not wait for the function.',
      exclusive: ['dry-run', 'tail'],
    }),
    'dry-run': Flags.boolean({
      description: 'Check that the call is allowed and well-formed; the function does not run.',
      exclusive: ['tail'],
    }),
    tail: Flags.boolean({ char: 't', description: 'Show the end of the log (4 KB) on stderr.' }),
    'client-context': Flags.string({
      description: 'Client context for the function; "@FILE" reads it from a file.',
      helpValue: 'JSON',
    }),
    out: Flags.string({ char: 'o', description: 'Write the response to a file instead of stdout.', helpValue: 'FILE' }),
  };

  async run(): Promise<InvokeResult> {
    const { args, flags } = await this.parse(InvokeCommand);
    const payload = payloadSource({ argument: args.payload, text: flags.payload, file: flags['payload-file'] });
    const request = {
      target: args.function,
      qualifier: flags.qualifier,
      payload,
      invocationType: flags.async ? 'Event' : flags['dry-run'] ? 'DryRun' : 'RequestResponse',
      withLog: flags.tail || flags.json,
      clientContext: flags['client-context'],
      outFile: flags.out,
    } as const;
    return this.perform(flags, async (session) => {
      const invoked = await invoke(request, session);
      if (flags.tail && !flags.json) session.note(invoked.result.log ?? '');
      return { result: invoked.result, show: () => renderInvoke(invoked), failure: invoked.error };
    });
  }
}
