import { Flags } from '@oclif/core';
import { resetLocalService } from '../../actions/local-service.js';
import { BaseCommand } from '../../cli/base-command.js';
import { confirm } from '../../cli/confirm.js';

export default class LocalReset extends BaseCommand {
  static override summary = 'Delete all that the local service keeps: functions, versions, queued events.';
  static override examples = ['<%= config.bin %> local reset --yes'];
  static override flags = { yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }) };

  async run(): Promise<{ readonly stateFolder: string }> {
    const { flags } = await this.parse(LocalReset);
    return this.perform(flags, async (session) => {
      await confirm('Delete all local functions and events of this project?', {
        isAgreed: flags.yes,
        signal: session.signal,
      });
      const result = await resetLocalService(session);
      return { result, show: () => `Deleted ${result.stateFolder}.` };
    });
  }
}
