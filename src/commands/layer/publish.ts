import { Args, Flags } from '@oclif/core';
import { type PublishLayerResult, publishLayer } from '../../actions/layers.js';
import { BaseCommand } from '../../cli/base-command.js';

export default class LayerPublish extends BaseCommand {
  static override summary = 'Publish a version of a layer; the same content is not published twice.';
  static override examples = [
    '<%= config.bin %> layer publish vendor',
    '<%= config.bin %> layer publish vendor --content layers/vendor --description "2.1"',
  ];
  static override args = {
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };
  static override flags = {
    content: Flags.string({
      description: 'Folder, .zip file or s3://BUCKET/KEY, instead of that of the project file.',
      helpValue: 'PATH',
    }),
    description: Flags.string({ description: 'Description of the version.', helpValue: 'TEXT' }),
    license: Flags.string({ description: 'License: its SPDX name, an address, or the text.', helpValue: 'TEXT' }),
    runtime: Flags.string({
      description: 'Runtime that it is compatible with; may be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'RUNTIME',
    }),
    architecture: Flags.option({
      description: 'Instruction set that it is compatible with; may be repeated.',
      options: ['x86_64', 'arm64'] as const,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    force: Flags.boolean({ description: 'Publish also what is there already.' }),
  };

  async run(): Promise<PublishLayerResult> {
    const { args, flags } = await this.parse(LayerPublish);
    const request = {
      layer: args.layer,
      content: flags.content,
      description: flags.description,
      licenseInfo: flags.license,
      compatibleRuntimes: flags.runtime,
      compatibleArchitectures: flags.architecture,
      isForced: flags.force,
    };
    return this.perform(flags, async (session) => {
      const result = await publishLayer(request, session);
      const verb = result.outcome === 'published' ? 'published' : 'is unchanged';
      return { result, show: () => `${result.layerName}: version ${result.version} ${verb} ${result.layerVersionArn}` };
    });
  }
}
