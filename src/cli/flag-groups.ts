import { Args, Flags } from '@oclif/core';

/** The argument FUNCTION of commands about one function. */
export const functionArgument = {
  function: Args.string({ description: 'Key of the project file, or a function name or ARN.', required: true }),
};

/** The argument FUNCTION of commands about whatever has tags. */
export const taggedArgument = {
  function: Args.string({
    description:
      'Key of the project file, a function name or ARN, or the ARN of an event source mapping or a code signing configuration.',
    required: true,
  }),
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

/** For two that change the same at the same time. */
export const revisionFlag = {
  'revision-id': Flags.string({
    description: 'Change it only when it is still this revision.',
    helpValue: 'ID',
  }),
};

/** Settings of a function on the command line; stronger than the project file, and enough without one. */
export const functionSettingFlags = {
  code: Flags.string({
    description: 'Source folder, .zip file or image URI.',
    helpValue: 'PATH',
    helpGroup: 'FUNCTION',
  }),
  handler: Flags.string({
    description: 'Handler, for example src/index.handler.',
    helpValue: 'HANDLER',
    helpGroup: 'FUNCTION',
  }),
  runtime: Flags.string({
    description: 'Runtime, for example nodejs24.x.',
    helpValue: 'RUNTIME',
    helpGroup: 'FUNCTION',
  }),
  role: Flags.string({ description: 'Execution role: ARN or name.', helpValue: 'ROLE', helpGroup: 'FUNCTION' }),
  timeout: Flags.integer({ description: 'Timeout in seconds.', helpValue: 'SECONDS', helpGroup: 'FUNCTION' }),
  'memory-size': Flags.integer({ description: 'Memory in MB.', helpValue: 'MB', helpGroup: 'FUNCTION' }),
  architecture: Flags.string({ description: 'Instruction set.', options: ['x86_64', 'arm64'], helpGroup: 'FUNCTION' }),
  env: Flags.string({
    char: 'e',
    description: 'Environment variable; may be repeated.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=VALUE',
    helpGroup: 'FUNCTION',
  }),
};
