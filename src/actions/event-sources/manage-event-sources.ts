import type { EventSourceMappingConfiguration, LambdaCalls } from '../../aws/lambda-calls.js';
import { type EventSourceConfig, eventSourceSchema } from '../../config/companions-schema.js';
import { validate } from '../../config/validate.js';
import { isLambdakitError, LambdakitError } from '../../errors/lambdakit-error.js';
import { systemClock } from '../../system/clock.js';
import type { ActionContext } from '../action-context.js';
import { allPages } from '../all-pages.js';
import { recordOf } from '../api-record.js';
import { desiredEventSource } from '../deploy/desired-companions.js';
import { resolveFunctionTarget } from '../function-target.js';
import { inParallel } from '../in-parallel.js';
import { type LagDependencies, readLag, type SourceLag } from './source-lag.js';
import { refuseUnfit } from './source-rules.js';
import { judgeVisibility } from './visibility-rules.js';

type Answer = Readonly<Record<string, unknown>>;

/** An event source mapping, and how far the function is behind its source. */
export type EventSource = Answer & { readonly lag?: SourceLag };

export interface ListEventSourcesRequest {
  /** Default: those of all functions. */
  readonly target?: string | undefined;
  readonly eventSourceArn?: string | undefined;
  /** Asks the sources, too: two calls for a queue, one for a stream. */
  readonly withLag: boolean;
}

/** How many sources are asked at a time. */
const SOURCES_AT_ONCE = 8;

/** The event source mappings of one function, or of all. */
export async function listEventSources(
  { target, eventSourceArn, withLag }: ListEventSourcesRequest,
  context: ActionContext,
): Promise<readonly EventSource[]> {
  const reference = target === undefined ? undefined : await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const mappings = await allPages(
    (marker) =>
      calls.listEventSourceMappings({
        ...(reference !== undefined && { FunctionName: nameOf(reference) }),
        ...(eventSourceArn !== undefined && { EventSourceArn: eventSourceArn }),
        ...marker,
      }),
    ({ EventSourceMappings, NextMarker }) => ({ items: EventSourceMappings, next: NextMarker }),
  );
  const lags = new Map<EventSourceMappingConfiguration, SourceLag | undefined>();
  if (withLag) {
    const dependencies = await lagDependencies(context);
    await inParallel(mappings, SOURCES_AT_ONCE, async (mapping) => {
      lags.set(mapping, await readLag(mapping, dependencies));
    });
  }
  return mappings.map((mapping) => withLagOf(mapping, lags.get(mapping)));
}

export async function showEventSource(uuid: string, context: ActionContext): Promise<EventSource> {
  checkUuid(uuid);
  const calls = await context.lambda();
  const mapping = await calls.getEventSourceMapping({ UUID: uuid });
  return withLagOf(mapping, await readLag(mapping, await lagDependencies(context)));
}

async function lagDependencies(context: ActionContext): Promise<LagDependencies> {
  const { sqs, cloudWatch } = await context.neighbours();
  const onUnknown = (text: string): void => context.progress({ kind: 'detail', subject: 'lag', text });
  return { queues: sqs, cloudWatch, nowMs: systemClock.now(), onUnknown };
}

function withLagOf(mapping: EventSourceMappingConfiguration, lag: SourceLag | undefined): EventSource {
  return { ...recordOf(mapping), ...(lag !== undefined && { lag }) };
}

/**
 * Lets a queue or stream invoke the function.
 * @throws LambdakitError `usage` for settings that there are not, `invalid-input` for some that do not fit the source.
 */
export async function createEventSource(
  target: string,
  settings: EventSourceConfig,
  context: ActionContext,
): Promise<Answer> {
  const source = desiredEventSource(checked(settings));
  refuseUnfit(source);
  const reference = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const FunctionName = nameOf(reference);
  const warning = await queueWarning(calls, FunctionName, source.EventSourceArn, context);
  const answer = await calls.createEventSourceMapping({ FunctionName, ...source });
  return { ...recordOf(answer), ...(warning !== undefined && { warnings: [warning] }) };
}

async function queueWarning(
  calls: Pick<LambdaCalls, 'getFunctionConfiguration'>,
  functionName: string,
  eventSourceArn: string | undefined,
  context: ActionContext,
): Promise<string | undefined> {
  if (eventSourceArn === undefined || !/^arn:[^:]+:sqs:/.test(eventSourceArn)) return undefined;
  const { sqs } = await context.neighbours();
  const { Timeout = 3 } = await calls.getFunctionConfiguration({ FunctionName: functionName });
  const warning = await judgeVisibility({
    queues: sqs,
    eventSourceArn,
    functionName,
    functionTimeoutSeconds: Timeout,
  });
  if (warning !== undefined) context.progress({ kind: 'warning', subject: functionName, text: warning });
  return warning;
}

export interface UpdateEventSourceRequest {
  readonly uuid: string;
  /** Another function, version or alias that is invoked from now on. */
  readonly target?: string | undefined;
  readonly settings: EventSourceConfig;
}

export async function updateEventSource(
  { uuid, target, settings }: UpdateEventSourceRequest,
  context: ActionContext,
): Promise<Answer> {
  checkUuid(uuid);
  const members = desiredEventSource(checked(settings));
  if (target === undefined && Object.keys(members).length === 0) {
    throw new LambdakitError('usage', 'It is not said what is to change.', {
      hint: 'See `lambdakit event-source set --help` for what can be set.',
    });
  }
  const reference = target === undefined ? undefined : await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  return recordOf(
    await calls.updateEventSourceMapping({
      UUID: uuid,
      ...(reference !== undefined && { FunctionName: nameOf(reference) }),
      ...members,
    }),
  );
}

export async function deleteEventSource(uuid: string, context: ActionContext): Promise<Answer> {
  checkUuid(uuid);
  const calls = await context.lambda();
  return recordOf(await calls.deleteEventSourceMapping({ UUID: uuid }));
}

function checkUuid(uuid: string): void {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) return;
  throw new LambdakitError('invalid-input', `"${uuid}" is not the id of an event source mapping.`, {
    hint: '`lambdakit event-source list` shows the ids.',
  });
}

function nameOf({
  functionName,
  qualifier,
}: {
  readonly functionName: string;
  readonly qualifier: string | undefined;
}): string {
  return qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
}

/** The rules of the project file hold for the command line, too. */
function checked(settings: EventSourceConfig): EventSourceConfig {
  try {
    const known = validate(eventSourceSchema, settings, { positionOf: () => undefined });
    known.filterCriteria?.filters.forEach(({ pattern }) => {
      checkPattern(pattern);
    });
    return known;
  } catch (error) {
    if (!isLambdakitError(error) || error.code !== 'config-invalid') throw error;
    throw new LambdakitError('usage', error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

function checkPattern(pattern: string): void {
  try {
    JSON.parse(pattern);
  } catch (error) {
    throw new LambdakitError('invalid-input', `The filter ${pattern} is not JSON: ${(error as Error).message}`, {
      hint: `For example --filter '{"body":{"kind":["order"]}}'`,
      cause: error,
    });
  }
}
