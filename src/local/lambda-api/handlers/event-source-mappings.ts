import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda';
import { ApiError, invalidParameter, notFound } from '../../core/catalog/api-error.js';
import type { Described } from '../../core/catalog/describe-function.js';
import type { MappingMembers } from '../../core/catalog/event-source-family.js';
import { requireSameRegion } from '../../core/catalog/event-source-limits.js';
import {
  describeMapping,
  initialMapping,
  refuseDuplicate,
  requireFree,
  stateOf,
  updatedMapping,
} from '../../core/catalog/event-source-mapping.js';
import { findVersion, resolveAddress } from '../../core/catalog/function-address.js';
import { paginate } from '../../core/catalog/paginate.js';
import type { EventSourceMappingRecord } from '../../core/catalog/records.js';
import { recordKey } from '../../store/state-directory.js';
import { findFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';
import { checkTags } from '../tag-rules.js';

/** Event source mappings; the pollers are told of every change. */
export function eventSourceMappingHandlers(services: ApiServices): Handlers {
  return {
    CreateEventSourceMapping: handler<CreateEventSourceMappingRequest>((input, call) => create(services, input, call)),
    GetEventSourceMapping: handler<GetEventSourceMappingRequest>((input, call) =>
      describe(services, requireMapping(services, call, input.UUID)),
    ),
    UpdateEventSourceMapping: handler<UpdateEventSourceMappingRequest>((input, call) => update(services, input, call)),
    DeleteEventSourceMapping: handler<DeleteEventSourceMappingRequest>(async (input, call) => {
      const record = requireMapping(services, call, input.UUID);
      requireFree(currentState(services, record), 'delete');
      await services.state.eventSourceMappings.update(recordKey(call.region, record.uuid), () => undefined);
      services.onEventSourceMappingsChanged();
      return describe(services, record, 'Deleting');
    }),
    ListEventSourceMappings: handler<ListEventSourceMappingsRequest>((input, call) => list(services, input, call)),
  };
}

async function create(services: ApiServices, input: CreateEventSourceMappingRequest, call: ApiCall) {
  const { FunctionName, Enabled, Tags = {}, ...members } = input;
  checkTags(Tags);
  const uuid = services.newId();
  const settings = initialMapping(storable(members), uuid);
  const { functionName, qualifier } = requireTarget(services, call, FunctionName);
  await checkSource(services, call, { functionName, qualifier, settings });
  const record: EventSourceMappingRecord = {
    region: call.region,
    accountId: services.accountId,
    uuid,
    functionName,
    ...(qualifier !== undefined && { qualifier }),
    settings,
    isEnabled: Enabled !== false,
    ...(Enabled !== false && { changeState: 'Creating' }),
    LastModified: services.now(),
    tags: Tags,
  };
  await services.state.eventSourceMappings.update(recordKey(call.region, record.uuid), () => {
    refuseDuplicate(mappingsOf(services, call), { ...record, qualifier });
    return record;
  });
  services.onEventSourceMappingsChanged();
  return describe(services, record, record.changeState ?? 'Disabled');
}

async function update(services: ApiServices, input: UpdateEventSourceMappingRequest, call: ApiCall) {
  const { UUID, FunctionName, Enabled, ...members } = input;
  const before = requireMapping(services, call, UUID);
  requireFree(currentState(services, before), 'update');
  const target = FunctionName === undefined ? undefined : requireTarget(services, call, FunctionName);
  await checkSource(services, call, {
    ...(target ?? { functionName: before.functionName, qualifier: before.qualifier }),
    settings: before.settings,
  });
  const changed = await services.state.eventSourceMappings.update(recordKey(call.region, before.uuid), (current) => {
    const { qualifier: oldQualifier, ...rest } = current ?? before;
    const settings = updatedMapping(rest.settings, storable(members));
    const qualifier = target === undefined ? oldQualifier : target.qualifier;
    const isEnabled = Enabled ?? rest.isEnabled;
    return {
      ...rest,
      settings,
      functionName: target?.functionName ?? rest.functionName,
      ...(qualifier !== undefined && { qualifier }),
      isEnabled,
      changeState: changeState(rest.isEnabled, isEnabled),
      LastModified: services.now(),
    };
  });
  services.onEventSourceMappingsChanged();
  return describe(services, changed ?? before, changed?.changeState);
}

async function checkSource(
  services: ApiServices,
  call: ApiCall,
  {
    functionName,
    qualifier,
    settings,
  }: Pick<EventSourceMappingRecord, 'functionName' | 'settings'> & { readonly qualifier: string | undefined },
): Promise<void> {
  requireSameRegion(settings, call.region);
  const { snapshot } = services.directory.resolve(functionName, qualifier, call.region);
  await services.checkEventSource(call.region, settings, snapshot.timeoutSeconds);
}

function changeState(wasEnabled: boolean, isEnabled: boolean) {
  if (wasEnabled === isEnabled) return 'Updating';
  return isEnabled ? 'Enabling' : 'Disabling';
}

function currentState(services: ApiServices, record: EventSourceMappingRecord): string {
  return stateOf(record, services.now(), services.transitionMs);
}

function list(services: ApiServices, input: ListEventSourceMappingsRequest, call: ApiCall): Described {
  const scope = { region: call.region, accountId: services.accountId };
  const target = input.FunctionName === undefined ? undefined : resolveAddress(input.FunctionName, undefined, scope);
  const records = mappingsOf(services, call).filter(
    (record) =>
      (input.EventSourceArn === undefined || record.settings.EventSourceArn === input.EventSourceArn) &&
      (target === undefined || record.functionName === target.functionName) &&
      (target?.qualifier === undefined || record.qualifier === target.qualifier),
  );
  const page = paginate(records, ({ uuid }) => uuid, input);
  return { EventSourceMappings: page.items.map((record) => describe(services, record)), NextMarker: page.nextMarker };
}

function describe(services: ApiServices, record: EventSourceMappingRecord, state?: string): Described {
  const shown = state ?? currentState(services, record);
  return describeMapping(record, shown, services.processingResultOf(record.uuid) ?? 'No records processed');
}

function mappingsOf(services: ApiServices, call: ApiCall): readonly EventSourceMappingRecord[] {
  return services.state.eventSourceMappings.values().filter(({ region }) => region === call.region);
}

function requireMapping(services: ApiServices, call: ApiCall, uuid: string | undefined): EventSourceMappingRecord {
  const record = services.state.eventSourceMappings.get(recordKey(call.region, uuid ?? ''));
  if (record === undefined) throw notFound('The resource you requested does not exist.');
  return record;
}

/** @throws ApiError InvalidParameterValueException when the function, version or alias is missing */
function requireTarget(services: ApiServices, call: ApiCall, name: string | undefined) {
  try {
    const found = findFunction(services, call, name);
    if (findVersion(found.record, found.qualifier) !== undefined) return found;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'ResourceNotFoundException') throw error;
  }
  throw invalidParameter('Function does not exist');
}

/** JSON has no dates: they are kept as epoch seconds. */
function storable(members: MappingMembers): MappingMembers {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.getTime() / 1000 : value]),
  );
}
