import { Args, Flags } from '@oclif/core';
import { deleteLayer } from '../../actions/layers.js';
import { BaseCommand } from '../../cli/base-command.js';
import { confirm } from '../../cli/confirm.js';

export default class LayerDelete extends BaseCommand {
  static override summary = 'Delete a version of a layer; functions that use it keep it.';
  static override examples = ['<%= config.bin %> layer delete vendor --version 3 --yes'];
  static override args = {
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };
  static override flags = {
    version: Flags.integer({ description: 'Version; the newest by default.', min: 1, helpValue: 'N' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  async run(): Promise<{ readonly layerName: string; readonly version: number }> {
    const { args, flags } = await this.parse(LayerDelete);
    const { version, yes } = flags;
    return this.perform(flags, async (session) => {
      await confirm(`Delete ${version === undefined ? 'the newest version' : `version ${version}`} of ${args.layer}?`, {
        isAgreed: yes,
        signal: session.signal,
      });
      const result = await deleteLayer(args.layer, version, session);
      return { result, show: () => `${result.layerName}: version ${result.version} deleted.` };
    });
  }
}
