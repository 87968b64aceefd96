import { Args } from '@oclif/core';
import { attachLayer, type FunctionLayers } from '../../actions/function-layers.js';
import { BaseCommand } from '../../cli/base-command.js';
import { functionArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class LayerAttach extends BaseCommand {
  static override summary = 'Add a layer to a function; another version of it is replaced.';
  static override examples = [
    '<%= config.bin %> layer attach hello vendor',
    '<%= config.bin %> layer attach hello arn:aws:lambda:eu-west-1:123456789012:layer:vendor:3',
  ];
  static override args = {
    ...functionArgument,
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };

  async run(): Promise<FunctionLayers> {
    const { args, flags } = await this.parse(LayerAttach);
    return this.perform(flags, async (session) => {
      const result = await attachLayer(args.function, args.layer, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
