import { Flags } from '@oclif/core';
import type { LocalServiceOptions } from '../local/index.js';

/** Which of the services that functions call is AWS's own. */
export const neighbourFlags = {
  'use-aws': Flags.option({
    description: 'Services that functions call in AWS, not beside the local service. Needs --credentials.',
    options: ['lambda', 's3', 'sqs', 'sns', 'logs'] as const,
    multiple: true,
    delimiter: ',',
    dependsOn: ['credentials'],
    helpGroup: 'PROCESS',
    helpValue: 'SERVICE',
  })(),
};

/** The services of `neighbourFlags`, in the words of the local service. */
export type AwsServices = NonNullable<LocalServiceOptions['awsServices']>;
