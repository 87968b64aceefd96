import { Args } from '@oclif/core';
import { detachLayer, type FunctionLayers } from '../../actions/function-layers.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class LayerDetach extends BaseCommand {
  static override summary = 'Take a layer away from a function.';
  static override examples = ['<%= config.bin %> layer detach hello vendor'];
  static override args = {
    ...functionArgument,
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };

  async run(): Promise<FunctionLayers> {
    const { args, flags } = await this.parse(LayerDetach);
    return this.perform(flags, async (session) => {
      const result = await detachLayer(args.function, args.layer, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
