import { z } from 'zod';

/** A span of time as people write it, for example 30s, 5m, 1h. */
const duration = z.string().regex(/^[1-9][0-9]*(s|m|h)$/, 'must be a number and s, m or h, for example 5m');

const onFailure = z.strictObject({ destination: z.string().min(1) });

/** Function URL; the members are those of the Lambda API's CreateFunctionUrlConfig. */
export const urlSchema = z.strictObject({
  authType: z.enum(['NONE', 'AWS_IAM']),
  invokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).optional(),
  cors: z
    .strictObject({
      allowCredentials: z.boolean().optional(),
      allowHeaders: z.array(z.string()).max(100).optional(),
      allowMethods: z.array(z.string().max(6)).max(6).optional(),
      allowOrigins: z.array(z.string().min(1).max(253)).max(100).optional(),
      exposeHeaders: z.array(z.string()).max(100).optional(),
      maxAge: z.int().min(0).max(86400).optional(),
    })
    .optional(),
});

/** Asynchronous invocation; PutFunctionEventInvokeConfig. */
export const eventInvokeConfigSchema = z.strictObject({
  maximumRetryAttempts: z.int().min(0).max(2).optional(),
  maximumEventAgeInSeconds: z.int().min(60).max(21600).optional(),
  destinationConfig: z
    .strictObject({
      onSuccess: z.strictObject({ destination: z.string().min(1) }).optional(),
      onFailure: onFailure.optional(),
    })
    .optional(),
});

const sourceAccessTypes = [
  'BASIC_AUTH',
  'VPC_SUBNET',
  'VPC_SECURITY_GROUP',
  'SASL_SCRAM_512_AUTH',
  'SASL_SCRAM_256_AUTH',
  'VIRTUAL_HOST',
  'CLIENT_CERTIFICATE_TLS_AUTH',
  'SERVER_ROOT_CA_CERTIFICATE',
] as const;

const kafkaConsumer = z.strictObject({
  consumerGroupId: z.string().min(1).max(200).optional(),
  schemaRegistryConfig: z
    .strictObject({
      schemaRegistryURI: z.string().min(1).optional(),
      eventRecordFormat: z.enum(['JSON', 'SOURCE']).optional(),
      accessConfigs: z
        .array(
          z.strictObject({
            type: z.enum(['BASIC_AUTH', 'CLIENT_CERTIFICATE_TLS_AUTH', 'SERVER_ROOT_CA_CERTIFICATE']),
            uri: z.string(),
          }),
        )
        .optional(),
      schemaValidationConfigs: z.array(z.strictObject({ attribute: z.enum(['KEY', 'VALUE']) })).optional(),
    })
    .optional(),
});

/** One event source mapping; CreateEventSourceMapping. */
export const eventSourceSchema = z.strictObject({
  eventSourceArn: z.string().min(1).optional(),
  enabled: z.boolean().optional(),
  batchSize: z.int().min(1).max(10000).optional(),
  maximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
  startingPosition: z.enum(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).optional(),
  startingPositionTimestamp: z.string().optional().describe('ISO 8601.'),
  filterCriteria: z
    .strictObject({ filters: z.array(z.strictObject({ pattern: z.string().max(4096) })).max(10) })
    .optional(),
  functionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).optional(),
  bisectBatchOnFunctionError: z.boolean().optional(),
  maximumRetryAttempts: z.int().min(-1).max(10000).optional(),
  maximumRecordAgeInSeconds: z.int().min(-1).max(604800).optional(),
  parallelizationFactor: z.int().min(1).max(10).optional(),
  tumblingWindowInSeconds: z.int().min(0).max(900).optional(),
  destinationConfig: z.strictObject({ onSuccess: onFailure.optional(), onFailure: onFailure.optional() }).optional(),
  scalingConfig: z.strictObject({ maximumConcurrency: z.int().min(2).max(1000) }).optional(),
  provisionedPollerConfig: z
    .strictObject({
      minimumPollers: z.int().min(1).max(200).optional(),
      maximumPollers: z.int().min(1).max(10000).optional(),
      pollerGroupName: z.string().max(128).optional(),
    })
    .optional(),
  topics: z.array(z.string().min(1)).length(1).optional(),
  queues: z.array(z.string().min(1)).length(1).optional(),
  sourceAccessConfigurations: z
    .array(z.strictObject({ type: z.enum(sourceAccessTypes), uri: z.string() }))
    .max(23)
    .optional(),
  selfManagedEventSource: z
    .strictObject({ endpoints: z.strictObject({ KAFKA_BOOTSTRAP_SERVERS: z.array(z.string()).min(1) }) })
    .optional(),
  amazonManagedKafkaEventSourceConfig: kafkaConsumer.optional(),
  selfManagedKafkaEventSourceConfig: kafkaConsumer.optional(),
  documentDBEventSourceConfig: z
    .strictObject({
      databaseName: z.string().max(63).optional(),
      collectionName: z.string().max(57).optional(),
      fullDocument: z.enum(['UpdateLookup', 'Default']).optional(),
    })
    .optional(),
  kmsKeyArn: z.string().optional(),
  metricsConfig: z.strictObject({ metrics: z.array(z.enum(['EventCount', 'ErrorCount', 'KafkaMetrics'])) }).optional(),
  loggingConfig: z.strictObject({ systemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']) }).optional(),
  tags: z.record(z.string().min(1).max(128), z.string()).optional().describe('Set when the mapping is made.'),
});

export type EventSourceConfig = z.output<typeof eventSourceSchema>;

/** One statement of the resource-based policy; AddPermission. */
export const permissionSchema = z.strictObject({
  statementId: z.string().regex(/^[a-zA-Z0-9-_]{1,100}$/, 'must be letters, digits, - or _'),
  action: z
    .string()
    .regex(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 'must be lambda:NAME')
    .optional()
    .describe('Default: lambda:InvokeFunction.'),
  principal: z.string().regex(/^\S+$/),
  sourceArn: z.string().optional(),
  sourceAccount: z
    .string()
    .regex(/^\d{12}$/, 'must be 12 digits')
    .optional(),
  principalOrgID: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/)
    .optional(),
  eventSourceToken: z.string().max(256).optional(),
  functionUrlAuthType: z.enum(['NONE', 'AWS_IAM']).optional(),
  invokedViaFunctionUrl: z.boolean().optional(),
});

const signingProfileName = z
  .string()
  .regex(/^[a-zA-Z0-9_]{2,64}$/, 'must be the name of a signing profile: 2 to 64 letters, digits or _');

/** How the package is signed before it is deployed; Signer's StartSigningJob. A text is the name of the profile. */
export const signingSchema = z
  .union([
    signingProfileName,
    z.strictObject({
      profileName: signingProfileName,
      profileOwner: z
        .string()
        .regex(/^\d{12}$/, 'must be the 12 digits of an account')
        .optional()
        .describe('Account of the signing profile, when it is another one.'),
      bucket: z
        .string()
        .min(3)
        .max(63)
        .optional()
        .describe('Bucket, with versions, for the package before and after. Default: the staging bucket.'),
      prefix: z.string().min(1).optional().describe('Where in the bucket. Default: lambdakit.'),
    }),
  ])
  .transform((value) => (typeof value === 'string' ? { profileName: value } : value));

export type SigningConfig = z.output<typeof signingSchema>;

/** One schedule that invokes the function. */
export const scheduleSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[0-9a-zA-Z-_.]{1,64}$/)
    .optional(),
  scheduleExpression: z
    .string()
    .regex(/^(rate|cron|at)\(.+\)$/, 'must be rate(…), cron(…) or at(…)')
    .describe('For example rate(5 minutes).'),
  scheduleExpressionTimezone: z.string().optional(),
  input: z.unknown().optional().describe('The event, as JSON.'),
  enabled: z.boolean().optional(),
});

/** `$default`, or a method and a path with variables; API Gateway calls it a route key. */
const routeKey = z
  .string()
  .regex(
    /^(?:\$default|(?:ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:\/|(?:\/(?:[A-Za-z0-9_.~!$&'()*,;=:@%-]+|\{[\w.-]+\}))+(?:\/\{[\w.-]+\+\})?|\/\{[\w.-]+\+\}))$/,
    'must be a method and a path, such as "GET /items/{id}" or "ANY /files/{path+}", or "$default"',
  );

/** One HTTP route that leads to the function in the local service. */
export const routeSchema = z.union([
  routeKey,
  z.strictObject({
    route: routeKey.describe('For example GET /items/{id}, ANY /files/{path+} or $default.'),
    front: z
      .enum(['http', 'rest', 'alb'])
      .optional()
      .describe('What calls the function: an HTTP API (default), a REST API or a load balancer.'),
    binary: z.boolean().optional().describe('A REST API that takes every type for binary.'),
    multiValueHeaders: z.boolean().optional().describe('A load balancer with multi-value headers.'),
  }),
]);

/** How a deployment moves the alias to the new version. */
export const deploymentSchema = z.strictObject({
  type: z.enum(['all-at-once', 'canary', 'linear']),
  percentage: z.number().gt(0).lt(100).optional().describe('First step of a canary, each step of a linear shift.'),
  wait: duration.optional().describe('How long a step is watched, for example 5m.'),
  check: z.string().optional().describe('Command that must exit with 0 after each step.'),
  probe: z
    .string()
    .optional()
    .describe('File with an event that the new version must answer without a function error.'),
  probes: z.int().min(1).max(1000).optional(),
  alarms: z.array(z.string().min(1)).optional().describe('CloudWatch alarms that must not be in ALARM.'),
});
