import { type LocalServiceStatus, localServiceStatus } from '../../actions/local-service.js';
import { BaseCommand } from '../../cli/base-command.js';

export default class LocalStatus extends BaseCommand {
  static override summary = "Say whether the project's local service runs, and where.";
  static override examples = [
    '<%= config.bin %> local status',
    '<%= config.bin %> local status --json | jq -r .endpoint',
  ];

  async run(): Promise<LocalServiceStatus> {
    const { flags } = await this.parse(LocalStatus);
    return this.perform(flags, async (session) => {
      const result = await localServiceStatus(session);
      const show = () =>
        result.isRunning
          ? `Running at ${result.endpoint} (process ${result.pid}).`
          : 'Not running. Start it with `lambdakit local start`.';
      return { result, show };
    });
  }
}
