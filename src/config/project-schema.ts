import { z } from 'zod';
import { buildSchema } from './build-schema.js';
import { functionSchema, runtimeSchema, selectionFields } from './function-schema.js';

const key = z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/, 'must be 1 to 64 letters, digits, - or _');

/** One layer of the project; the members are those of the Lambda API's PublishLayerVersion. */
export const layerSchema = z.strictObject({
  layerName: z
    .string()
    .regex(/^[a-zA-Z0-9-_]{1,140}$/, 'must be letters, digits, - or _')
    .optional()
    .describe('Default: the key in this file.'),
  description: z.string().max(256).optional(),
  content: z.string().min(1).describe('Folder or .zip file.'),
  prefix: z
    .string()
    .optional()
    .describe(
      'Folder inside /opt that the content goes to, for example nodejs or python. Default: from compatibleRuntimes.',
    ),
  build: buildSchema.optional(),
  compatibleRuntimes: z.array(runtimeSchema).max(15).optional(),
  compatibleArchitectures: z
    .array(z.enum(['x86_64', 'arm64']))
    .max(2)
    .optional(),
  licenseInfo: z.string().max(512).optional(),
  ...selectionFields,
});

const stageSchema = z.strictObject({
  region: z.string().optional(),
  profile: z.string().optional(),
  defaults: functionSchema.optional(),
  functions: z.record(key, functionSchema).optional(),
  layers: z.record(key, layerSchema.partial()).optional(),
});

/** The whole project file. The JSON Schema in schema/ is generated from it. */
export const projectSchema = z.strictObject({
  $schema: z.string().optional(),
  service: z
    .string()
    .regex(/^[a-zA-Z0-9-_]+$/, 'must be letters, digits, - or _')
    .optional()
    .describe('Name of the project.'),
  region: z.string().optional(),
  profile: z.string().optional().describe('Profile of the AWS credentials files.'),
  defaults: functionSchema.optional().describe('For all functions of this file.'),
  functions: z.record(key, functionSchema).optional(),
  layers: z.record(key, layerSchema).optional(),
  stages: z.record(key, stageSchema).optional().describe('What differs in a stage (--stage NAME).'),
});

export type LayerConfig = z.output<typeof layerSchema>;
