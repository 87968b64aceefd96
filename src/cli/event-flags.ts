import { Flags } from '@oclif/core';

/** The flags with which a command is given an event; `others` name the command's further ways to do so. */
export function eventFlags(others: readonly string[] = []) {
  return {
    payload: Flags.string({
      char: 'p',
      description: 'The event as JSON; "@FILE" reads it from a file, "-" from stdin.',
      helpValue: 'JSON',
      exclusive: ['payload-file', 'event', ...others],
    }),
    'payload-file': Flags.string({
      description: 'File with the event; "-" is stdin.',
      helpValue: 'FILE',
      exclusive: ['event', ...others],
    }),
  };
}

/** The flag with which a command takes an event by its name; `exclusive` as in oclif. */
export function namedEventFlag(exclusive?: string[]) {
  return {
    event: Flags.string({
      description: 'A sample event, or events/NAME.json of the project; see `event list`.',
      helpValue: 'NAME',
      ...(exclusive !== undefined && { exclusive }),
    }),
  };
}

/** Changes the event of `namedEventFlag`. */
export const eventValueFlag = {
  set: Flags.string({
    description: 'Set a value in the event of --event; may be repeated.',
    helpValue: 'PATH=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['event'],
  }),
};
