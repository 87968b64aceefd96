import type { Command, Interfaces } from '@oclif/core';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { EXIT_CODES } from './exit-codes.js';

/**
 * Help as one document: of the program, of a topic, or of a command with its arguments and flags.
 * @throws LambdakitError `usage` when there is neither.
 */
export function helpDocument(config: Interfaces.Config, words: readonly string[]): object {
  const given = words.filter((word) => !word.startsWith('-'));
  for (let length = given.length; length > 0; length -= 1) {
    const id = given.slice(0, length).join(':');
    const command = config.findCommand(id);
    if (command !== undefined) return describeCommand(command);
    const topic = config.findTopic(id);
    if (topic !== undefined && length === given.length) {
      const commands = listed(config).filter((one) => one.id.startsWith(`${id}:`));
      return { topic: spaced(id), description: topic.description, commands: commands.map(summarize) };
    }
  }
  if (given.length > 0) {
    throw new LambdakitError('usage', `There is no command "${given.join(' ')}".`, {
      hint: `\`${config.bin} --help\` lists the commands.`,
    });
  }
  return {
    name: config.bin,
    version: config.version,
    description: config.pjson.description,
    topics: config.topics
      .filter(({ name }) => config.findCommand(name) === undefined)
      .map(({ name, description }) => ({ name: spaced(name), description })),
    commands: listed(config).map(summarize),
    exitCodes: EXIT_CODES,
  };
}

function listed(config: Interfaces.Config): readonly Command.Loadable[] {
  return config.commands.filter(({ hidden }) => !hidden).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function summarize({ id, summary }: Command.Loadable): object {
  return { command: spaced(id), summary };
}

function describeCommand(command: Command.Loadable): object {
  const { id, summary, description, args, flags, aliases } = command;
  return {
    command: spaced(id),
    summary,
    ...(description !== undefined && { description }),
    ...(aliases.length > 0 && { aliases: aliases.map(spaced) }),
    arguments: Object.values(args).map(({ name, description: text, required = false }) => ({
      name,
      description: text,
      required,
    })),
    flags: Object.values(flags)
      .filter(({ hidden }) => !hidden)
      .map((flag) => ({
        name: flag.name,
        ...(flag.char !== undefined && { char: flag.char }),
        type: flag.type,
        description: flag.summary ?? flag.description,
        ...(flag.required === true && { required: true }),
        ...(flag.type === 'option' && flag.multiple === true && { multiple: true }),
        ...(flag.type === 'option' && flag.options !== undefined && { options: flag.options }),
      })),
  };
}

function spaced(id: string): string {
  return id.replaceAll(':', ' ');
}
