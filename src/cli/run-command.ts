import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Config } from '@oclif/core';
import { readFileSync } from '../system/files.js';
import type { BaseCommand } from './base-command.js';
import { commandFile } from './named-command.js';

interface CommandClass {
  new (argv: string[], config: Config): BaseCommand;
  id: string;
}

/**
 * Runs a command that the arguments name in full (`namedCommand`), straight from its file: what the framework reads of all
 * other commands takes longer than a small command itself. Everything else (help, aliases, topics, words that are
 * no command) is the framework's.
 * @param words its name
 * @param argv what follows it
 */
export async function runNamedCommand(words: readonly string[], argv: readonly string[], root: string): Promise<void> {
  const { default: Named } = (await import(pathToFileURL(commandFile(words, root)).href)) as { default: CommandClass };
  Named.id = words.join(':');
  await new Named([...argv], leanConfig(root)).runWhole();
}

/** What a command reads of the framework's settings, without plugins and hooks, of which we have none for commands. */
function leanConfig(root: string): Config {
  const config = new Config({ root });
  const { name, version, oclif } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Config['pjson'];
  return Object.assign(config, {
    ...{ root, name, version, bin: oclif.bin ?? name, dirname: oclif.dirname ?? name },
    topicSeparator: oclif.topicSeparator ?? ':',
    runHook: async () => ({ successes: [], failures: [] }),
    userAgent: `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`,
  });
}
