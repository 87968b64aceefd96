import { Flags } from '@oclif/core';
import type { DeployRequest } from '../actions/deploy/deploy-request.js';
import { functionSettingFlags } from './flag-groups.js';
import { type FunctionSettingValues, functionOverrides } from './function-overrides.js';
import { type ShiftFlagValues, shiftFlags, shiftOptions } from './shift-flags.js';

/** What a plan is made of; the same for a deployment and for `diff`. */
export const planFlags = {
  all: Flags.boolean({ description: 'All functions of the project.' }),
  publish: Flags.boolean({ description: 'Publish a version.' }),
  alias: Flags.string({ description: 'Publish a version and point this alias to it.', helpValue: 'NAME' }),
  artifact: Flags.string({
    description:
      'Deploy exactly this package instead of building one; a folder has one for each function. What does not fit its manifest or the project is refused.',
    helpValue: 'FILE',
  }),
  'code-only': Flags.boolean({ description: 'Leave the settings as they are.', exclusive: ['config-only'] }),
  'config-only': Flags.boolean({ description: 'Leave the code as it is.', exclusive: ['artifact'] }),
  'env-merge': Flags.boolean({ description: 'Keep deployed variables that the project does not name.' }),
  prune: Flags.boolean({ description: 'Remove permissions and event sources that the project does not name.' }),
  's3-bucket': Flags.string({
    description: 'Send the package by way of this bucket; it is made when it is missing.',
    helpValue: 'BUCKET',
  }),
  's3-prefix': Flags.string({ description: 'Where in the bucket. Default: lambdakit.', helpValue: 'PREFIX' }),
  'signing-profile': Flags.string({
    description: 'Have AWS Signer sign the package with this profile before it is deployed.',
    helpValue: 'PROFILE',
    helpGroup: 'FUNCTION',
  }),
  concurrency: Flags.integer({
    description: 'How many functions at a time.',
    default: 8,
    min: 1,
    max: 64,
    helpValue: 'N',
  }),
  ...functionSettingFlags,
  ...shiftFlags,
};

/** The parsed flags. */
export interface PlanFlagValues extends FunctionSettingValues, ShiftFlagValues {
  readonly all: boolean;
  readonly publish: boolean;
  readonly alias?: string | undefined;
  readonly artifact?: string | undefined;
  readonly 'code-only': boolean;
  readonly 'config-only': boolean;
  readonly 'env-merge': boolean;
  readonly prune: boolean;
  readonly 's3-bucket'?: string | undefined;
  readonly 's3-prefix'?: string | undefined;
  readonly concurrency: number;
}

/** The request that names and flags stand for. */
export function deployRequest(
  names: readonly string[] | undefined,
  flags: PlanFlagValues,
  isDryRun: boolean,
): DeployRequest {
  return {
    names: names ?? [],
    isAll: flags.all,
    isDryRun,
    publish: flags.publish,
    alias: flags.alias,
    artifact: flags.artifact,
    scope: flags['code-only'] ? 'code' : flags['config-only'] ? 'settings' : 'all',
    mergesEnvironment: flags['env-merge'],
    prunes: flags.prune,
    s3Bucket: flags['s3-bucket'],
    s3Prefix: flags['s3-prefix'],
    shift: shiftOptions(flags),
    overrides: functionOverrides(flags),
    concurrency: flags.concurrency,
  };
}
