import { Args, Flags } from '@oclif/core';

/** The argument FUNCTION of commands about one function. */
export const functionArgument = {
  function: Args.string({ description: 'Key of the project file, or a function name or ARN.', required: true }),
};

/** The argument FUNCTION… of commands about several. */
export const functionArguments = {
  functions: Args.string({
    description: 'Keys of the project file; all of them when none is given.',
    multiple: true,
    default: [] as never,
  }),
};

export const qualifierFlag = {
  qualifier: Flags.string({ char: 'q', description: 'Version number, alias, or $LATEST.', helpValue: 'QUALIFIER' }),
};
