import { z } from 'zod';
import { buildSchema } from './build-schema.js';
import {
  deploymentSchema,
  eventInvokeConfigSchema,
  eventSourceSchema,
  permissionSchema,
  routeSchema,
  scheduleSchema,
  signingSchema,
  urlSchema,
} from './companions-schema.js';

const arn = (what: string) => z.string().regex(/^arn:(aws[a-zA-Z-]*):/, `must be the ARN of ${what}`);

/** Files and folders that go into or stay out of a deployment package, as .gitignore patterns. */
export const selectionFields = {
  include: z
    .array(z.string().min(1))
    .optional()
    .describe('Patterns of what goes into the package, as in .gitignore. Everything when absent.'),
  exclude: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Patterns of what stays out, as in .gitignore; an entry that starts with "!" takes a default exclusion back.',
    ),
  follow: z
    .boolean()
    .optional()
    .describe('Copies what links inside the folder lead to, instead of keeping them as links. Default: false.'),
};

export const runtimeSchema = z
  .string()
  .regex(
    /^(nodejs|python|java|dotnet(core)?|ruby|go|provided)[a-z0-9.]*$/,
    'must be a runtime identifier such as nodejs24.x',
  )
  .describe('Runtime identifier, for example nodejs24.x, python3.14, provided.al2023.');

const architecturesSchema = z
  .array(z.enum(['x86_64', 'arm64']))
  .length(1)
  .describe('Exactly one instruction set: ["x86_64"] or ["arm64"].');

/** Plain text; YAML's bare numbers and booleans are taken as the text they look like. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A container image that is built by docker or podman and pushed to ECR. */
const imageSourceSchema = z.strictObject({
  dockerfile: z.string().min(1),
  context: z.string().min(1).optional().describe('Folder that the build sees. Default: that of the Dockerfile.'),
  target: z.string().optional().describe('Stage of the Dockerfile.'),
  buildArgs: z.record(z.string(), text).optional(),
  repository: z
    .string()
    .regex(/^[a-z0-9]+([._/-][a-z0-9]+)*$/, 'must be lower case letters and digits with . _ - / between them')
    .optional()
    .describe('Repository in ECR; made when it is missing. Default: lambdakit/FUNCTION.'),
});

/** Configuration of the function itself, with the Lambda API's names (CreateFunction) in camelCase. */
const functionSettings = {
  functionName: z
    .string()
    .regex(/^[a-zA-Z0-9-_]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .optional()
    .describe('Name in Lambda. Default: the key in this file.'),
  description: z.string().max(256).optional(),
  code: z
    .union([z.string().min(1), imageSourceSchema])
    .optional()
    .describe(
      'Source folder, .zip file, container image URI, or a Dockerfile of which the image is built and pushed. Default: the folder of this file.',
    ),
  packageType: z.enum(['Zip', 'Image']).optional().describe('Default: Image when code is an image URI, else Zip.'),
  handler: z
    .string()
    .max(128)
    .regex(/^\S+$/, 'must not hold white space')
    .optional()
    .describe('For example src/index.handler.'),
  runtime: runtimeSchema.optional(),
  role: z
    .string()
    .min(1)
    .optional()
    .describe('Execution role: ARN, name, or "auto" (made with the permissions that the function needs).'),
  timeout: z.int().min(1).max(900).optional().describe('Seconds.'),
  memorySize: z.int().min(128).max(10240).optional().describe('MB.'),
  ephemeralStorage: z
    .union([z.int().min(512).max(10240), z.strictObject({ size: z.int().min(512).max(10240) })])
    .transform((value) => (typeof value === 'number' ? { size: value } : value))
    .optional()
    .describe('Size of /tmp in MB.'),
  architectures: architecturesSchema.optional(),
  environment: z
    .record(
      z.string().regex(/^[a-zA-Z]([a-zA-Z0-9_])+$/, 'must be 2 or more letters, digits or _, the first a letter'),
      text,
    )
    .optional()
    .describe('Environment variables by name.'),
  envFile: z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (typeof value === 'string' ? [value] : value))
    .optional()
    .describe('Files of NAME=value lines, below "environment" in precedence; later files win.'),
  layers: z
    .array(z.string().min(1))
    .max(5)
    .optional()
    .describe('Layer version ARNs, or keys of "layers" in this file.'),
  vpcConfig: z
    .strictObject({
      subnetIds: z.array(z.string()).max(16),
      securityGroupIds: z.array(z.string()).max(5),
      ipv6AllowedForDualStack: z.boolean().optional(),
    })
    .optional(),
  fileSystemConfigs: z
    .array(
      z.strictObject({
        arn: arn('an access point'),
        localMountPath: z.string().regex(/^\/mnt\/[a-zA-Z0-9-_.]+$/, 'must be /mnt/NAME'),
      }),
    )
    .max(1)
    .optional(),
  tracingConfig: z.strictObject({ mode: z.enum(['Active', 'PassThrough']) }).optional(),
  loggingConfig: z
    .strictObject({
      logFormat: z.enum(['JSON', 'Text']).optional(),
      applicationLogLevel: z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).optional(),
      systemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
      logGroup: z
        .string()
        .regex(/^[.\-_/#A-Za-z0-9]{1,512}$/)
        .optional(),
      logRetentionDays: z.int().min(1).max(3653).optional().describe('Set on the log group.'),
    })
    .optional(),
  snapStart: z.strictObject({ applyOn: z.enum(['PublishedVersions', 'None']) }).optional(),
  imageConfig: z
    .strictObject({
      entryPoint: z.array(z.string()).optional(),
      command: z.array(z.string()).optional(),
      workingDirectory: z.string().max(1000).optional(),
    })
    .optional(),
  kmsKeyArn: arn('a KMS key').optional(),
  tags: z.record(z.string().min(1).max(128), text).optional(),
  codeSigningConfigArn: arn('a code signing configuration').optional(),
};

/** What stands beside a function: its build, and resources of their own that belong to it. */
const functionCompanions = {
  build: buildSchema.optional(),
  ...selectionFields,
  alias: z
    .string()
    .regex(/^(?![0-9]+$)[a-zA-Z0-9-_]{1,128}$/, 'must be letters, digits, - or _, and not a number')
    .optional()
    .describe('Alias that a deployment publishes a version for and points at it.'),
  url: urlSchema.optional(),
  concurrency: z
    .strictObject({
      reserved: z.int().min(0).optional(),
      provisioned: z.int().min(1).optional().describe('Needs "alias".'),
    })
    .optional(),
  eventInvokeConfig: eventInvokeConfigSchema.optional(),
  deadLetterConfig: z.strictObject({ targetArn: arn('an SQS queue or SNS topic') }).optional(),
  eventSources: z.array(eventSourceSchema).optional(),
  permissions: z.array(permissionSchema).optional(),
  schedules: z.array(scheduleSchema).optional(),
  routes: z
    .array(routeSchema)
    .optional()
    .describe('HTTP routes of the function in the local service; nothing of them is deployed.'),
  runtimeManagement: z
    .strictObject({
      updateRuntimeOn: z.enum(['Auto', 'Manual', 'FunctionUpdate']),
      runtimeVersionArn: arn('a runtime version').optional(),
    })
    .optional(),
  recursiveLoop: z.enum(['Allow', 'Terminate']).optional(),
  signing: signingSchema
    .optional()
    .describe('Signing profile of AWS Signer that signs the package before it is deployed.'),
  deployment: deploymentSchema.optional(),
};

/** One function of the project file, and of `defaults` and `stages.<name>.functions`. */
export const functionSchema = z.strictObject({ ...functionSettings, ...functionCompanions }).meta({ id: 'function' });

/** A function's configuration after validation. */
export type FunctionConfig = z.output<typeof functionSchema>;
/** A function's configuration as a person writes it. */
export type FunctionConfigInput = z.input<typeof functionSchema>;
