import { Args } from '@oclif/core';
import { type ResourceTags, setTags } from '../../actions/tags.js';
import { BaseCommand } from '../../cli/base-command.js';
import { taggedArgument } from '../../cli/flag-groups.js';
import { parseAssignment } from '../../cli/function-overrides.js';
import { renderRecord } from '../../cli/render/record.js';

export default class TagSet extends BaseCommand {
  static override summary =
    'Set tags of a function, an event source or a code signing configuration, beside those it has.';
  static override examples = ['<%= config.bin %> tag set hello team=payments stage=prod'];
  static override args = {
    ...taggedArgument,
    tags: Args.string({ description: 'KEY=VALUE.', required: true, multiple: true }),
  };

  async run(): Promise<ResourceTags> {
    const { args, flags } = await this.parse(TagSet);
    const tags = Object.fromEntries(args.tags.map(parseAssignment));
    return this.perform(flags, async (session) => {
      const result = await setTags(args.function, tags, session);
      return { result, show: (style) => renderRecord(result.tags, style) || 'There are no tags.' };
    });
  }
}
