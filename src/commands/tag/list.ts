import { listTags, type ResourceTags } from '../../actions/tags.js';
import { BaseCommand } from '../../cli/base-command.js';
import { taggedArgument } from '../../cli/flag-groups.js';
import { renderRecord } from '../../cli/render/record.js';

export default class TagList extends BaseCommand {
  static override summary = 'List the tags of a function, an event source or a code signing configuration.';
  static override examples = ['<%= config.bin %> tag list hello'];
  static override args = { ...taggedArgument };

  async run(): Promise<ResourceTags> {
    const { args, flags } = await this.parse(TagList);
    return this.perform(flags, async (session) => {
      const result = await listTags(args.function, session);
      return { result, show: (style) => renderRecord(result.tags, style) || 'There are no tags.' };
    });
  }
}
