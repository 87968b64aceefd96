import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.js';
import { functionArgument, qualifierFlag } from '../cli/flag-groups.js';
import { parseLevel } from '../cli/parse-level.js';
import { parsePrice, priceFlag } from '../cli/price-flag.js';
import { runLogs } from '../cli/run-logs.js';
import { LOG_LEVELS } from '../lambda/log-line.js';

export default class LogsCommand extends BaseCommand {
  static override summary = 'Show the logs of a function.';
  static override description =
    'Each invocation ends with one line: outcome, duration, memory, request. With --json there is one document, or with --follow one a line.';
  static override examples = [
    '<%= config.bin %> logs hello',
    '<%= config.bin %> logs hello --follow',
    '<%= config.bin %> logs hello --since 2h --level ERROR',
    `<%= config.bin %> logs hello --filter '{ $.order.total > 100 }'`,
    '<%= config.bin %> logs hello --since 1d --stats',
    '<%= config.bin %> logs hello --follow --json | jq -r .message',
    `<%= config.bin %> logs hello --insights 'stats count() by bin(5m)' --since 3h`,
  ];
  static override args = { ...functionArgument };
  static override flags = {
    follow: Flags.boolean({
      char: 'f',
      description: 'Go on with what comes, until Ctrl-C.',
      exclusive: ['until', 'stats', 'insights', 'limit'],
    }),
    since: Flags.string({
      description: 'From when on: 90s, 10m, 2h, 3d, or a time.',
      default: '10m',
      helpValue: 'WHEN',
    }),
    until: Flags.string({ description: 'Until when: as --since.', helpValue: 'WHEN' }),
    filter: Flags.string({
      description: `Filter pattern of CloudWatch Logs: ERROR, "two words" -not, ?one ?other, { $.field = "value" }.`,
      helpValue: 'PATTERN',
    }),
    'request-id': Flags.string({ description: 'Only this request.', helpValue: 'ID' }),
    level: Flags.string({
      description: `Only lines of this level and above: ${LOG_LEVELS.join(', ')}; a line without one counts as INFO.`,
      helpValue: 'LEVEL',
    }),
    qualifier: Flags.string({
      char: qualifierFlag.qualifier.char ?? 'q',
      aliases: ['version', 'alias'],
      description: 'Only this version, or the versions of this alias.',
      helpValue: 'QUALIFIER',
    }),
    limit: Flags.integer({ description: 'Only the newest N events.', min: 1, helpValue: 'N' }),
    raw: Flags.boolean({ description: 'Every event as it stands in the log, START and END too.' }),
    stats: Flags.boolean({
      description: 'Count, errors, durations, memory, cold starts and cost instead of the lines.',
    }),
    ...priceFlag,
    insights: Flags.string({
      description: 'Run a query of CloudWatch Logs Insights; in AWS only.',
      helpValue: 'QUERY',
      exclusive: ['stats', 'filter', 'request-id', 'level', 'raw'],
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(LogsCommand);
    const { since, until, filter, qualifier, limit } = flags;
    const level = flags.level === undefined ? undefined : parseLevel(flags.level);
    const request = {
      target: args.function,
      since,
      until,
      filter,
      level,
      qualifier,
      limit,
      requestId: flags['request-id'],
      price: parsePrice(flags.price),
    };
    const { follow, raw, stats, insights } = flags;
    return this.perform(flags, (session) =>
      runLogs(request, session, { follow, raw, stats, insights, write: (text) => this.printPiece(text) }),
    );
  }
}
