import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { eventFlags, eventValueFlag, namedEventFlag } from '../cli/event-flags.js';
import { functionArgument, qualifierFlag } from '../cli/flag-groups.js';
import { invokePayload } from '../cli/payload-source.js';
import { parsePrice, priceFlag } from '../cli/price-flag.js';
import { givenProcessFlags, localProcessFlags } from '../cli/process-flags.js';
import { runInvoke } from '../cli/run-invoke.js';
import { writeToStdout } from '../cli/terminal.js';

export default class InvokeCommand extends BaseCommand {
  static override summary = 'Invoke a function and print what it returns.';
  static override description =
    'The response goes to stdout as it is, everything else to stderr. An error of the function ends with exit code 4.';
  static override examples = [
    `<%= config.bin %> invoke hello --payload '{"name":"Ada"}'`,
    '<%= config.bin %> invoke hello --payload-file event.json --tail',
    `echo '{"name":"Ada"}' | <%= config.bin %> invoke hello --local`,
    '<%= config.bin %> invoke hello --event sqs --set Records[0].body=hi',
    '<%= config.bin %> invoke hello --qualifier live --async --wait',
    '<%= config.bin %> invoke hello --stream',
    'jq -c .[] events.json | <%= config.bin %> invoke hello --lines --concurrency 4',
    '<%= config.bin %> invoke hello --repeat 200 --concurrency 8',
    '<%= config.bin %> invoke hello --local --replay last',
    '<%= config.bin %> invoke hello --local --inspect-brk',
    '<%= config.bin %> invoke hello --json | jq .billedDuration',
  ];
  static override args = {
    ...functionArgument,
    payload: Args.string({ description: 'The event as JSON; "-" reads it from stdin.', required: false }),
  };
  static override flags = {
    ...eventFlags(['replay']),
    ...namedEventFlag(['replay', 'lines']),
    ...eventValueFlag,
    replay: Flags.string({
      description: 'The event of an earlier invocation with --local: its id, or "last".',
      helpValue: 'ID',
      exclusive: ['lines'],
    }),
    lines: Flags.boolean({
      description: 'Each line of the input is one event; prints one response a line, in the same order.',
      exclusive: ['async', 'dry-run', 'tail', 'stream', 'repeat', 'out', 'full-log'],
    }),
    ...qualifierFlag,
    async: Flags.boolean({
      description: 'Queue the event and do not wait for the function.',
      exclusive: ['dry-run', 'tail', 'stream', 'repeat'],
    }),
    wait: Flags.boolean({
      description: 'After --async: wait for the end, retries included, and show the log of all attempts.',
      dependsOn: ['async'],
    }),
    stream: Flags.boolean({
      description: 'Print the response while the function writes it.',
      exclusive: ['dry-run', 'repeat', 'out', 'full-log'],
    }),
    'dry-run': Flags.boolean({
      description: 'Check that the call is allowed and well-formed; the function does not run.',
      exclusive: ['tail', 'repeat', 'full-log'],
    }),
    repeat: Flags.integer({
      description: 'Invoke that often, and show latencies, cold starts and cost instead of responses.',
      helpValue: 'N',
      min: 1,
      exclusive: ['tail', 'out', 'full-log'],
    }),
    concurrency: Flags.integer({
      description: 'How many calls of --repeat or --lines are under way at once.',
      helpValue: 'C',
      min: 1,
      default: 1,
    }),
    ...priceFlag,
    tail: Flags.boolean({
      char: 't',
      description: 'Show the end of the log (4 KB) on stderr.',
      exclusive: ['full-log'],
    }),
    'full-log': Flags.boolean({
      description: 'Show the whole log of the invocation on stderr, read from CloudWatch Logs.',
    }),
    'client-context': Flags.string({
      description: 'Client context for the function; "@FILE" reads it from a file.',
      helpValue: 'JSON',
    }),
    out: Flags.string({ char: 'o', description: 'Write the response to a file instead of stdout.', helpValue: 'FILE' }),
    ...localProcessFlags,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(InvokeCommand);
    const { event, set: assignments = [], replay } = flags;
    const request = {
      target: args.function,
      qualifier: flags.qualifier,
      payload: invokePayload({
        ...{ argument: args.payload, text: flags.payload, file: flags['payload-file'] },
        ...{ event, assignments, replay },
      }),
      invocationType: flags.async ? 'Event' : flags['dry-run'] ? 'DryRun' : 'RequestResponse',
      withLog: flags.tail || flags.json,
      clientContext: flags['client-context'],
      outFile: flags.out,
    } as const;
    const { tail, wait, stream, lines, repeat, concurrency } = flags;
    const options = {
      tail,
      wait,
      stream,
      lines,
      repeat,
      concurrency,
      fullLog: flags['full-log'],
      price: parsePrice(flags.price),
      write: writeToStdout,
    };
    return this.perform(flags, (session) => runInvoke(request, session, options), givenProcessFlags(flags));
  }
}
