import { Args, Flags } from '@oclif/core';
import { STRATEGIES } from '../actions/tune/choose-size.js';
import { type TuneResult, tuneFunction } from '../actions/tune/tune-function.js';
import { tuningSizes } from '../actions/tune/tuning-sizes.js';
import { BaseCommand } from '../cli/base-command.js';
import { eventFlags, namedEventFlag } from '../cli/event-flags.js';
import { functionArgument } from '../cli/flag-groups.js';
import { parseSizeList } from '../cli/parse-size-list.js';
import { invokePayload } from '../cli/payload-source.js';
import { parsePrice, priceFlag } from '../cli/price-flag.js';
import { renderTune } from '../cli/render/tune.js';

export default class Tune extends BaseCommand {
  static override summary = 'Find the memory size that is fastest or cheapest for a function.';
  static override description =
    'Publishes a version for each size, invokes it, reads the REPORT lines, and deletes the versions again; aliases and the function are left as they were. The function really runs: use a payload that may be repeated.';
  static override examples = [
    `<%= config.bin %> tune hello --payload '{"name":"Ada"}'`,
    '<%= config.bin %> tune hello --strategy cost --invocations 50 --concurrency 5',
    '<%= config.bin %> tune hello --sizes 256,512,1769 --event sqs --apply',
    '<%= config.bin %> tune hello --json | jq .best',
  ];
  static override args = {
    ...functionArgument,
    payload: Args.string({ description: 'The event as JSON; "-" reads it from stdin.', required: false }),
  };
  static override flags = {
    ...eventFlags(),
    ...namedEventFlag(),
    sizes: Flags.string({
      description: 'Memory sizes in MB, parted by commas.',
      helpValue: 'MB,MB',
      exclusive: ['min', 'max'],
    }),
    min: Flags.integer({ description: 'Smallest memory size. Default: 128.', helpValue: 'MB' }),
    max: Flags.integer({ description: 'Largest memory size. Default: 3008.', helpValue: 'MB' }),
    invocations: Flags.integer({
      char: 'n',
      description: 'How often each size is invoked; the first one of them is a cold start.',
      default: 20,
      min: 1,
      max: 1_000,
      helpValue: 'N',
    }),
    concurrency: Flags.integer({
      description: 'How many calls are under way at once.',
      default: 1,
      min: 1,
      max: 100,
      helpValue: 'C',
    }),
    strategy: Flags.option({
      description: 'What matters: cost, speed, or both alike.',
      options: STRATEGIES,
      default: 'balanced',
    })(),
    ...priceFlag,
    apply: Flags.boolean({ description: 'Give the function the best size.', default: false }),
  };

  async run(): Promise<TuneResult> {
    const { args, flags } = await this.parse(Tune);
    const { event, min, max, invocations, concurrency, strategy } = flags;
    const written = { argument: args.payload, text: flags.payload, file: flags['payload-file'] };
    const request = {
      target: args.function,
      payload: invokePayload({ ...written, event, assignments: [], replay: undefined }),
      sizes: tuningSizes({ sizes: parseSizeList(flags.sizes), min, max }),
      ...{ invocations, concurrency, strategy, isApplied: flags.apply, price: parsePrice(flags.price) },
    };
    return this.perform(flags, async (session) => {
      if (flags.local) {
        const text = 'the local service gives every size the same processor, so durations say nothing about Lambda';
        session.progress({ kind: 'warning', subject: 'tune', text });
      }
      const result = await tuneFunction(request, session);
      return { result, show: (style) => renderTune(result, style) };
    });
  }
}
