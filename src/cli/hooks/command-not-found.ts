import type { Hook } from '@oclif/core';
import { closestName } from '../../config/closest-name.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';

/** Answers a command that does not exist with the one that was probably meant. */
export const commandNotFound: Hook.CommandNotFound = async ({ id, config }) => {
  const { bin } = config;
  const given = id.replaceAll(':', ' ');
  const known = [
    ...config.commandIDs,
    ...config.commands.flatMap(({ aliases }) => aliases),
    ...config.topics.map(({ name }) => name),
  ].map((name) => name.replaceAll(':', ' '));
  const words = given.split(' ');
  const meant = closestName(given, known) ?? closestName(words[0] ?? '', known);
  throw new LambdakitError('usage', `There is no command "${given}".`, {
    hint: meant === undefined ? `\`${bin} --help\` lists the commands.` : `Did you mean \`${bin} ${meant}\`?`,
  });
};
