import { Args, Flags } from '@oclif/core';
import { showLayer } from '../../actions/layers.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderRecord } from '../../cli/render/record.js';

export default class LayerShow extends BaseCommand {
  static override summary = 'Show a version of a layer.';
  static override examples = ['<%= config.bin %> layer show vendor', '<%= config.bin %> layer show vendor --version 3'];
  static override args = {
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };
  static override flags = {
    version: Flags.integer({ description: 'Version; the newest by default.', min: 1, helpValue: 'N' }),
    policy: Flags.boolean({ description: 'Show who may use it, too.' }),
  };

  async run(): Promise<Readonly<Record<string, unknown>>> {
    const { args, flags } = await this.parse(LayerShow);
    return this.perform(flags, async (session) => {
      const result = await showLayer({ layer: args.layer, version: flags.version, withPolicy: flags.policy }, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
