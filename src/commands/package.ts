import { Flags } from '@oclif/core';
import { packageFunctions } from '../actions/package-functions.js';
import { BaseCommand } from '../cli/base-command.js';
import { functionArguments } from '../cli/flag-groups.js';
import { reportPackages } from '../cli/github/report-packages.js';
import { parseSize } from '../cli/parse-size.js';
import { renderPackages } from '../cli/render/package.js';

export default class Package extends BaseCommand {
  static override summary = 'Build functions and write their deployment packages.';
  static override description =
    'The same content gives the same bytes on every machine, and so the same SHA-256. Beside each package FILE.zip.manifest.json says what it was made for; `deploy --artifact FILE.zip` checks it.';
  static override examples = [
    '<%= config.bin %> package',
    '<%= config.bin %> package hello --out hello.zip --stats',
    '<%= config.bin %> package --max-size 10MB --verify',
    '<%= config.bin %> package hello --treemap hello.html',
    '<%= config.bin %> package hello --why deployed',
  ];
  static override args = { ...functionArguments };
  static override flags = {
    out: Flags.string({ char: 'o', description: 'A .zip file, or a folder for several functions.', helpValue: 'PATH' }),
    stats: Flags.boolean({
      description: 'Show the biggest entries, packages and modules, and what could be left out.',
    }),
    treemap: Flags.string({
      description: 'Write a page that shows what the package is made of.',
      helpValue: 'FILE.html',
    }),
    verify: Flags.boolean({ description: 'Build a second time from nothing and fail when the bytes differ.' }),
    why: Flags.string({
      description: 'Say which entries differ from an older archive, or from what is deployed, and how.',
      helpValue: 'OLD.zip|deployed',
    }),
    'max-size': Flags.string({ description: 'Fail (exit code 8) when the archive is bigger.', helpValue: 'SIZE' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Package);
    const request = {
      names: args.functions ?? [],
      out: flags.out,
      maxZippedBytes: flags['max-size'] === undefined ? undefined : parseSize(flags['max-size']),
      isExplained: flags.stats,
      isVerified: flags.verify,
      treemap: flags.treemap,
      why: flags.why,
    };
    return this.perform(flags, async (session) => {
      const packages = await packageFunctions(request, session);
      await reportPackages(packages);
      return { result: { packages }, show: (style) => renderPackages(packages, flags.stats, style) };
    });
  }
}
