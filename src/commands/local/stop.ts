import { stopLocalService } from '../../actions/local-service.js';
import { BaseCommand } from '../../cli/base-command.js';

export default class LocalStop extends BaseCommand {
  static override summary = "End the project's local service and all of its processes.";
  static override examples = ['<%= config.bin %> local stop'];

  async run(): Promise<{ readonly wasRunning: boolean; readonly pid?: number }> {
    const { flags } = await this.parse(LocalStop);
    return this.perform(flags, async (session) => {
      const result = await stopLocalService(session);
      return { result, show: () => (result.wasRunning ? `Process ${result.pid} has ended.` : 'It was not running.') };
    });
  }
}
