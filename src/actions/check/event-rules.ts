import type { Lint, LintSubject } from './lint.js';

type Config = LintSubject['resolved']['config'];

/** Services that invoke asynchronously (developer guide, "Invoking a function asynchronously" and the pages of the services). */
const ASYNCHRONOUS = /^(s3|sns|events|scheduler|ses|iot|codecommit|logs|config)\.amazonaws\.com$/;

/** Rules about events that nobody waits for: what becomes of them when the function fails. */
export function eventRules({ resolved: { config } }: LintSubject): readonly Lint[] {
  return [...asynchronousRules(config), ...sourceRules(config)];
}

function asynchronousRules({
  schedules = [],
  permissions = [],
  deadLetterConfig,
  eventInvokeConfig,
}: Config): readonly Lint[] {
  const callers = [
    ...(schedules.length > 0 ? ['schedules'] : []),
    ...permissions.map(({ principal }) => principal).filter((principal) => ASYNCHRONOUS.test(principal)),
  ];
  const isSpoken = eventInvokeConfig !== undefined || callers.length > 0;
  const isKept = deadLetterConfig !== undefined || eventInvokeConfig?.destinationConfig?.onFailure !== undefined;
  if (!isSpoken || isKept) return [];
  const from = callers.length > 0 ? ` from ${callers.join(', ')}` : '';
  return [
    {
      rule: 'no-dead-letters',
      severity: 'warning',
      text: `asynchronous events${from} are lost when the function fails three times`,
      hint: 'Set eventInvokeConfig.destinationConfig.onFailure or deadLetterConfig.',
    },
  ];
}

function sourceRules({ eventSources = [] }: Config): readonly Lint[] {
  return eventSources.flatMap((source): readonly Lint[] => {
    const { eventSourceArn: arn = '', functionResponseTypes, destinationConfig, batchSize } = source;
    const name = arn.split(/[:/]/).at(-1) ?? arn;
    const reports = functionResponseTypes?.includes('ReportBatchItemFailures') === true;
    if (/^arn:[^:]+:sqs:/.test(arn) && !reports && batchSize !== 1) {
      return [
        {
          rule: 'batch-failures',
          severity: 'note',
          text: `one bad message of the queue ${name} makes its whole batch come again`,
          hint: 'Return batchItemFailures and set "functionResponseTypes": ["ReportBatchItemFailures"].',
        },
      ];
    }
    const isStream = /^arn:[^:]+:(kinesis|dynamodb):/.test(arn);
    const isBounded = source.maximumRetryAttempts !== undefined || source.maximumRecordAgeInSeconds !== undefined;
    if (!isStream || (isBounded && destinationConfig?.onFailure !== undefined)) return [];
    return [
      {
        rule: 'stream-blocked',
        severity: 'warning',
        text: isBounded
          ? `records of the stream ${name} that fail are dropped`
          : `a record of the stream ${name} that fails holds up its shard until it expires`,
        hint: 'Set maximumRetryAttempts, bisectBatchOnFunctionError and destinationConfig.onFailure of the event source.',
      },
    ];
  });
}
