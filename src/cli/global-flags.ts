import { Flags } from '@oclif/core';

const helpGroup = 'GLOBAL';

/** The flags that every command takes; each means the same everywhere. */
export const globalFlags = {
  json: Flags.boolean({ description: 'Print one JSON document on stdout instead of text.', helpGroup }),
  config: Flags.string({
    description: 'Project file, instead of the nearest lambdakit.json.',
    helpValue: 'FILE',
    helpGroup,
  }),
  stage: Flags.string({
    description: 'Stage of the project file to use.',
    helpValue: 'NAME',
    helpGroup,
    env: 'LAMBDAKIT_STAGE',
  }),
  region: Flags.string({ description: 'AWS region.', helpValue: 'REGION', helpGroup }),
  profile: Flags.string({ description: 'Profile of the shared AWS config files.', helpValue: 'NAME', helpGroup }),
  'endpoint-url': Flags.string({ description: 'Address of another Lambda API.', helpValue: 'URL', helpGroup }),
  local: Flags.boolean({
    description: "Use the project's local Lambda service; it is started for this command when none is running.",
    helpGroup,
    exclusive: ['endpoint-url'],
  }),
  quiet: Flags.boolean({
    description: 'No progress on stderr; only results and errors.',
    helpGroup,
    exclusive: ['verbose'],
  }),
  verbose: Flags.boolean({ description: 'Each AWS call and the stack of unexpected errors on stderr.', helpGroup }),
};

/** The parsed global flags. */
export interface GlobalFlagValues {
  readonly json: boolean;
  readonly config: string | undefined;
  readonly stage: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly 'endpoint-url': string | undefined;
  readonly local: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}
