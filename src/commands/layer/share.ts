import { Args, Flags } from '@oclif/core';
import { type SharedLayer, shareLayer } from '../../actions/share-layer.js';
import { BaseCommand } from '../../cli/base-command.js';
import { revisionFlag } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class LayerShare extends BaseCommand {
  static override summary = 'Let another account, an organization or everybody use a version of a layer.';
  static override examples = [
    '<%= config.bin %> layer share vendor --with 123456789012',
    '<%= config.bin %> layer share vendor --version 3 --with o-a1b2c3d4e5',
    '<%= config.bin %> layer share vendor --with 123456789012 --revoke',
  ];
  static override args = {
    layer: Args.string({ description: 'Key of the project file, name, or ARN.', required: true }),
  };
  static override flags = {
    with: Flags.string({
      description: 'Account number, organization (o-…), or * for everybody.',
      required: true,
      helpValue: 'WHOM',
    }),
    version: Flags.integer({ description: 'Version; the newest by default.', min: 1, helpValue: 'N' }),
    ...revisionFlag,
    revoke: Flags.boolean({ description: 'Take the permission back.' }),
  };

  async run(): Promise<SharedLayer> {
    const { args, flags } = await this.parse(LayerShare);
    const { version, with: whom, revoke: isRevoked, 'revision-id': revisionId } = flags;
    const request = { layer: args.layer, version, whom, isRevoked, revisionId };
    return this.perform(flags, async (session) => {
      const result = await shareLayer(request, session);
      return { result, show: (style) => renderRecord(result, style) };
    });
  }
}
