import type { EventSourceMappingRecord } from '../core/catalog/records.js';

export type EventSourceKind = 'sqs' | 'kinesis' | 'dynamodb';

/** The settings of a mapping with every default in place (API reference, CreateEventSourceMapping). */
export interface MappingSettings {
  readonly kind: EventSourceKind;
  readonly eventSourceArn: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly filterPatterns: readonly string[];
  readonly reportsBatchItemFailures: boolean;
  /** ScalingConfig.MaximumConcurrency. */
  readonly maximumConcurrency: number | undefined;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Epoch milliseconds, for AT_TIMESTAMP. */
  readonly startingTimestampMs: number | undefined;
  readonly parallelizationFactor: number;
  /** -1 for no limit. */
  readonly maximumRetryAttempts: number;
  /** -1 for no limit. */
  readonly maximumRecordAgeSeconds: number;
  readonly bisectsBatchOnFunctionError: boolean;
  readonly tumblingWindowSeconds: number;
  readonly onFailure: string | undefined;
}

/** Reads the members of a mapping as the API gave them; undefined for a source that is not served here. */
export function readMappingSettings(record: EventSourceMappingRecord): MappingSettings | undefined {
  const { settings } = record;
  const eventSourceArn = typeof settings.EventSourceArn === 'string' ? settings.EventSourceArn : '';
  const kind = kindOf(eventSourceArn);
  if (kind === undefined) return undefined;
  const number = (name: string, fallback: number): number => {
    const value = settings[name];
    return typeof value === 'number' ? value : fallback;
  };
  const maximumConcurrency = member(settings.ScalingConfig, 'MaximumConcurrency');
  const onFailure = member(member(settings.DestinationConfig, 'OnFailure'), 'Destination');
  const { FunctionResponseTypes, StartingPosition } = settings;
  return {
    kind,
    eventSourceArn,
    batchSize: number('BatchSize', kind === 'sqs' ? 10 : 100),
    maximumBatchingWindowSeconds: number('MaximumBatchingWindowInSeconds', 0),
    filterPatterns: filterPatterns(settings.FilterCriteria),
    reportsBatchItemFailures:
      Array.isArray(FunctionResponseTypes) && FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maximumConcurrency: typeof maximumConcurrency === 'number' ? maximumConcurrency : undefined,
    startingPosition:
      StartingPosition === 'LATEST' || StartingPosition === 'AT_TIMESTAMP' ? StartingPosition : 'TRIM_HORIZON',
    startingTimestampMs: epochMs(settings.StartingPositionTimestamp),
    parallelizationFactor: number('ParallelizationFactor', 1),
    maximumRetryAttempts: number('MaximumRetryAttempts', -1),
    maximumRecordAgeSeconds: number('MaximumRecordAgeInSeconds', -1),
    bisectsBatchOnFunctionError: settings.BisectBatchOnFunctionError === true,
    tumblingWindowSeconds: number('TumblingWindowInSeconds', 0),
    onFailure: typeof onFailure === 'string' ? onFailure : undefined,
  };
}

function kindOf(arn: string): EventSourceKind | undefined {
  const service = arn.split(':')[2];
  return service === 'sqs' || service === 'kinesis' || service === 'dynamodb' ? service : undefined;
}

function filterPatterns(criteria: unknown): string[] {
  const filters = member(criteria, 'Filters');
  if (!Array.isArray(filters)) return [];
  return filters.map((filter) => member(filter, 'Pattern')).filter((pattern) => typeof pattern === 'string');
}

/** The API carries timestamps as seconds; a Date may come from a caller in the same process. */
function epochMs(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'number' ? value * 1000 : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
