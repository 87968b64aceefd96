import { Args, Flags } from '@oclif/core';
import { type LayerVersionSummary, listLayers } from '../../actions/layers.js';
import { BaseCommand } from '../../cli/base-command.js';
import { renderTable } from '../../cli/render/table.js';

export default class LayerList extends BaseCommand {
  static override summary = 'List the layers, or the versions of one.';
  static override examples = ['<%= config.bin %> layer list', '<%= config.bin %> layer list vendor'];
  static override args = { layer: Args.string({ description: 'Key of the project file, or name.' }) };
  static override flags = {
    runtime: Flags.string({ description: 'Only what is compatible with this runtime.', helpValue: 'RUNTIME' }),
    architecture: Flags.option({
      description: 'Only what is compatible with this instruction set.',
      options: ['x86_64', 'arm64'] as const,
    })(),
  };

  async run(): Promise<{ readonly layers: readonly LayerVersionSummary[] }> {
    const { args, flags } = await this.parse(LayerList);
    return this.perform(flags, async (session) => {
      const { runtime, architecture } = flags;
      const layers = await listLayers({ layer: args.layer, runtime, architecture }, session);
      const columns = [
        { head: 'LAYER', cell: ({ layerName }: LayerVersionSummary) => layerName },
        { head: 'VERSION', cell: ({ version }: LayerVersionSummary) => version, align: 'right' as const },
        {
          head: 'RUNTIMES',
          cell: ({ compatibleRuntimes }: LayerVersionSummary) => compatibleRuntimes.join(', ') || undefined,
        },
        { head: 'ARN', cell: ({ layerVersionArn }: LayerVersionSummary) => layerVersionArn },
      ];
      return { result: { layers }, show: (style) => renderTable(layers, columns, 'There are no layers.', style) };
    });
  }
}
