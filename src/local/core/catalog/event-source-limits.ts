import { invalidParameter } from './api-error.js';
import { checkTarget, type DestinationRequest } from './destination-target.js';
import { type EventSourceFamily, type MappingMembers, serviceOf } from './event-source-family.js';

const MAX_SMALL_BATCH = 10;
/** Beside -1, which sets no limit (API reference, CreateEventSourceMapping). */
const RECORD_AGE_SECONDS = { min: 60, max: 604_800 };
/** Lambda developer guide, "Using provisioned mode with an Amazon SQS event source mapping". */
const QUEUE_POLLERS = { MinimumPollers: { min: 2, max: 200 }, MaximumPollers: { min: 2, max: 2000 } };
/** What the API reference gives for a number of pollers that is left open (ProvisionedPollerConfig). */
const DEFAULT_POLLERS = { sqs: { min: 2, max: 200 }, others: { min: 1, max: 200 } };

interface PollerConfig {
  readonly MinimumPollers?: number;
  readonly MaximumPollers?: number;
}

/** Refuses settings that the source cannot have, alone or together. @throws ApiError InvalidParameterValueException */
export function checkLimits(family: EventSourceFamily, settings: MappingMembers): void {
  if (family === 'sqs') checkQueueBatches(settings);
  checkRecordAge(settings);
  checkPollers(family, settings);
  checkFailureDestination(settings);
}

/** A queue may belong to another account, not to another Region. @throws ApiError InvalidParameterValueException */
export function requireSameRegion(settings: MappingMembers, region: string): void {
  const arn = String(settings.EventSourceArn);
  if (serviceOf(settings) !== 'sqs' || arn.split(':')[3] === region) return;
  throw invalidParameter(`The queue ${arn} and the function must be in the same Region (${region}).`);
}

function checkQueueBatches(settings: MappingMembers): void {
  const batchSize = Number(settings.BatchSize);
  const windowSeconds = Number(settings.MaximumBatchingWindowInSeconds ?? 0);
  const isFifo = String(settings.EventSourceArn).endsWith('.fifo');
  if (isFifo && windowSeconds > 0) {
    throw invalidParameter('Batching window is not supported for FIFO queues');
  }
  if (isFifo && batchSize > MAX_SMALL_BATCH) {
    throw invalidParameter('Maximum batch size for FIFO queues is 10.');
  }
  if (batchSize > MAX_SMALL_BATCH && windowSeconds < 1) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}

function checkRecordAge({ MaximumRecordAgeInSeconds: seconds }: MappingMembers): void {
  const { min, max } = RECORD_AGE_SECONDS;
  if (typeof seconds !== 'number' || seconds === -1 || (seconds >= min && seconds <= max)) return;
  throw invalidParameter(
    `MaximumRecordAgeInSeconds must be either -1 (forever) or between ${min} and ${max} (inclusive)`,
  );
}

function checkPollers(family: EventSourceFamily, settings: MappingMembers): void {
  const pollers = (settings.ProvisionedPollerConfig ?? {}) as PollerConfig;
  // An empty structure ends the provisioned mode.
  if (Object.keys(pollers).length === 0) return;
  const scaling = settings.ScalingConfig as { readonly MaximumConcurrency?: number } | undefined;
  if (scaling?.MaximumConcurrency !== undefined) {
    throw invalidParameter('ScalingConfig and ProvisionedPollerConfig cannot be used together.');
  }
  if (family === 'sqs') checkQueuePollers(pollers);
  const usual = family === 'sqs' ? DEFAULT_POLLERS.sqs : DEFAULT_POLLERS.others;
  const { MinimumPollers = usual.min, MaximumPollers = usual.max } = pollers;
  if (MinimumPollers > MaximumPollers) {
    throw invalidParameter(
      `MinimumPollers (${MinimumPollers}) must be less than or equal to MaximumPollers (${MaximumPollers}).`,
    );
  }
}

function checkQueuePollers(pollers: PollerConfig): void {
  for (const name of ['MinimumPollers', 'MaximumPollers'] as const) {
    const { [name]: count } = pollers;
    const { min, max } = QUEUE_POLLERS[name];
    if (count !== undefined && (count < min || count > max)) {
      throw invalidParameter(`${name} must be between ${min} and ${max} (inclusive) for SQS event sources.`);
    }
  }
}

/** Standard queues and topics, buckets and topics of Kafka (API reference, OnFailure). */
function checkFailureDestination({ DestinationConfig }: MappingMembers): void {
  const config = DestinationConfig as DestinationRequest | undefined;
  const destination = config?.OnFailure?.Destination ?? '';
  if (destination === '' || destination.startsWith('kafka://')) return;
  checkTarget(config, 'OnFailure', ['sqs', 'sns', 's3']);
}
