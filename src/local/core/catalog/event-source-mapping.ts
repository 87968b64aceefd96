import { eventSourceMappingArn, functionArn } from '../../../lambda/arn.js';
import { ApiError, conflict } from './api-error.js';
import type { Described } from './describe-function.js';
import {
  type EventSourceFamily,
  familyOf,
  MAPPING_DEFAULTS,
  type MappingMembers,
  refuseForeignMembers,
  requireMembers,
} from './event-source-family.js';
import { checkFilters } from './event-source-filters.js';
import { checkLimits } from './event-source-limits.js';
import type { EventSourceMappingRecord } from './records.js';

/** The settings of a new mapping, with defaults. @throws ApiError */
export function initialMapping(members: MappingMembers, uuid: string): MappingMembers {
  const family = familyOf(members);
  refuseForeignMembers(family, members);
  requireMembers(family, members);
  const settings = { ...MAPPING_DEFAULTS[family], ...members, ...sourceConfig(family, members, uuid) };
  checkMapping(family, settings);
  return settings;
}

/** What a source's own configuration holds where the request leaves it open (API reference, same structures). */
function sourceConfig(family: EventSourceFamily, members: MappingMembers, uuid: string): MappingMembers {
  if (family === 'docdb') {
    const given = members.DocumentDBEventSourceConfig as MappingMembers | undefined;
    return { DocumentDBEventSourceConfig: { FullDocument: 'Default', ...given } };
  }
  if (family !== 'kafka') return {};
  const name =
    members.SelfManagedEventSource === undefined
      ? 'AmazonManagedKafkaEventSourceConfig'
      : 'SelfManagedKafkaEventSourceConfig';
  // A consumer group that nobody names gets a random one.
  return { [name]: { ConsumerGroupId: uuid, ...(members[name] as MappingMembers | undefined) } };
}

/** The settings after an update: given members replace the old ones. @throws ApiError */
export function updatedMapping(current: MappingMembers, members: MappingMembers): MappingMembers {
  const family = familyOf(current);
  refuseForeignMembers(family, members);
  const settings = { ...current, ...members };
  checkMapping(family, settings);
  return settings;
}

/** Refuses a second mapping of the same source and function. @throws ApiError ResourceConflictException */
export function refuseDuplicate(
  existing: readonly EventSourceMappingRecord[],
  wanted: Pick<EventSourceMappingRecord, 'region' | 'accountId' | 'functionName' | 'settings'> & {
    readonly qualifier: string | undefined;
  },
): void {
  const twin = existing.find(
    (record) =>
      isSameSource(record.settings, wanted.settings) &&
      record.functionName === wanted.functionName &&
      record.qualifier === wanted.qualifier,
  );
  if (twin === undefined) return;
  const advice = `Please update or delete the existing mapping with UUID ${twin.uuid}`;
  const arn = wanted.settings.EventSourceArn;
  if (arn === undefined) {
    const source = endpointsOf(wanted.settings).join(',');
    const target = functionArn(wanted, wanted.functionName, wanted.qualifier);
    throw conflict(
      `An event source mapping with event source ("${source}"), function ("${target}"), topics ("${topicsOf(wanted.settings)}") already exists. ${advice}`,
    );
  }
  throw conflict(
    familyOf(wanted.settings) === 'sqs'
      ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${wanted.functionName} ") already exists. ${advice}`
      : `The event source arn (" ${arn} ") and function (" ${wanted.functionName} ") provided mapping already exists. ${advice}`,
  );
}

/** A self-managed cluster is the same when one of its servers is, for the same topics. */
function isSameSource(one: MappingMembers, other: MappingMembers): boolean {
  if (one.EventSourceArn !== undefined || other.EventSourceArn !== undefined) {
    return one.EventSourceArn === other.EventSourceArn;
  }
  const servers = endpointsOf(other);
  return topicsOf(one) === topicsOf(other) && endpointsOf(one).some((server) => servers.includes(server));
}

function endpointsOf(settings: MappingMembers): readonly string[] {
  const source = settings.SelfManagedEventSource as
    | { readonly Endpoints?: Readonly<Record<string, readonly string[]>> }
    | undefined;
  return Object.values(source?.Endpoints ?? {}).flat();
}

function topicsOf(settings: MappingMembers): string {
  return ((settings.Topics as readonly string[] | undefined) ?? []).join(',');
}

/** The state of a mapping at `now`, for a change takes `transitionMs`. */
export function stateOf(record: EventSourceMappingRecord, now: number, transitionMs: number): string {
  if (record.changeState !== undefined && now < record.LastModified + transitionMs) return record.changeState;
  return record.isEnabled ? 'Enabled' : 'Disabled';
}

/** Refuses a change while an earlier one is under way. @throws ApiError ResourceInUseException */
export function requireFree(state: string, verb: 'update' | 'delete'): void {
  if (state === 'Enabled' || state === 'Disabled') return;
  throw new ApiError('ResourceInUseException', 400, `Cannot ${verb} the event source mapping because it is in use.`);
}

/** EventSourceMappingConfiguration; `state` is what the caller is to see. */
export function describeMapping(record: EventSourceMappingRecord, state: string, lastResult: string): Described {
  const { FilterCriteria, StartingPositionTimestamp, ScalingConfig, ...settings } = record.settings;
  const isStream = familyOf(record.settings) === 'stream';
  const filters = (FilterCriteria as { readonly Filters?: readonly unknown[] } | undefined)?.Filters ?? [];
  const hasScaling = Object.keys(ScalingConfig ?? {}).length > 0;
  return {
    UUID: record.uuid,
    EventSourceMappingArn: eventSourceMappingArn(record, record.uuid),
    ...settings,
    ...(filters.length > 0 && { FilterCriteria }),
    ...(hasScaling && { ScalingConfig }),
    ...(typeof StartingPositionTimestamp === 'number' && {
      StartingPositionTimestamp: StartingPositionTimestamp * 1000,
    }),
    FunctionArn: functionArn(record, record.functionName, record.qualifier),
    LastModified: record.LastModified,
    State: state,
    StateTransitionReason: isStream ? 'User action' : 'USER_INITIATED',
    ...(isStream && { LastProcessingResult: lastResult }),
  };
}

function checkMapping(family: EventSourceFamily, settings: MappingMembers): void {
  checkLimits(family, settings);
  checkFilters(settings);
}
