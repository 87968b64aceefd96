import { Args } from '@oclif/core';
import { type ResourceTags, removeTags } from '../../actions/tags.js';
import { BaseCommand } from '../../cli/base-command.js';
import { taggedArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class TagRemove extends BaseCommand {
  static override summary = 'Remove tags of a function, an event source or a code signing configuration.';
  static override examples = ['<%= config.bin %> tag remove hello team stage'];
  static override args = {
    ...taggedArgument,
    keys: Args.string({ description: 'Keys of the tags.', required: true, multiple: true }),
  };

  async run(): Promise<ResourceTags> {
    const { args, flags } = await this.parse(TagRemove);
    return this.perform(flags, async (session) => {
      const result = await removeTags(args.function, args.keys, session);
      return { result, show: (style) => renderRecord(result.tags, style) || 'There are no tags.' };
    });
  }
}
