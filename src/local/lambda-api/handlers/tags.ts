import type { ListTagsRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-lambda';
import { eventSourceMappingArn } from '../../../lambda/arn.js';
import { invalidParameter, notFound } from '../../core/catalog/api-error.js';
import { touchRevision } from '../../core/catalog/policies.js';
import { recordKey } from '../../store/state-directory.js';
import { findCodeSigningConfig } from '../code-signing-records.js';
import { changeFunction, findFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';
import { checkTags } from '../tag-rules.js';

type Tags = Readonly<Record<string, string>>;

/** Tags of functions, event source mappings and code signing configs. */
export function tagHandlers(services: ApiServices): Handlers {
  return {
    TagResource: handler<TagResourceRequest>(async (input, call) => {
      const added = input.Tags ?? {};
      if (Object.keys(added).length === 0) {
        throw invalidParameter('An error occurred and the request cannot be processed.');
      }
      await changeTags(services, call, input.Resource ?? '', (tags) => {
        const merged = { ...tags, ...added };
        checkTags(merged);
        return merged;
      });
      return {};
    }),
    UntagResource: handler<UntagResourceRequest>(async (input, call) => {
      const removed = new Set(input.TagKeys ?? []);
      await changeTags(services, call, input.Resource ?? '', (tags) =>
        Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
      );
      return {};
    }),
    ListTags: handler<ListTagsRequest>((input, call) => ({ Tags: readTags(services, call, input.Resource ?? '') })),
  };
}

/** The kind of resource and its id, out of an ARN whose form was checked before. */
function parseResource(arn: string): { readonly kind: string; readonly id: string } {
  const [, , , , , kind = '', id = ''] = arn.split(':');
  return { kind, id };
}

function readTags(services: ApiServices, call: ApiCall, arn: string): Tags {
  const { kind, id } = parseResource(arn);
  if (kind === 'function') return findTagged(services, call, arn).record.tags;
  return requireRecord(services, call, { kind, id, arn }).tags;
}

async function changeTags(
  services: ApiServices,
  call: ApiCall,
  arn: string,
  change: (tags: Tags) => Tags,
): Promise<void> {
  const { kind, id } = parseResource(arn);
  if (kind === 'function') {
    const { functionName } = findTagged(services, call, arn);
    await changeFunction(services, call, functionName, (current, context) =>
      touchRevision({ ...current, tags: change(current.tags) }, undefined, context.newId()),
    );
    return;
  }
  requireRecord(services, call, { kind, id, arn });
  const key = recordKey(call.region, id);
  const update = <Record extends { readonly tags: Tags }>(current: Record | undefined): Record => {
    if (current === undefined) throw missing(kind, arn);
    return { ...current, tags: change(current.tags) };
  };
  if (kind === 'event-source-mapping') await services.state.eventSourceMappings.update(key, update);
  else await services.state.codeSigningConfigs.update(key, update);
}

interface NamedResource {
  readonly kind: string;
  readonly id: string;
  readonly arn: string;
}

/** Whatever else than a function has tags. @throws ApiError when there is none, or when its ARN is another one */
function requireRecord(
  services: ApiServices,
  call: ApiCall,
  { kind, id, arn }: NamedResource,
): { readonly tags: Tags } {
  const mapping = services.state.eventSourceMappings.get(recordKey(call.region, id));
  const isMapping = mapping !== undefined && eventSourceMappingArn(mapping, id) === arn;
  const record = isMapping ? mapping : findCodeSigningConfig(services, call, arn);
  if (record === undefined) throw missing(kind, arn);
  return record;
}

function findTagged(services: ApiServices, call: ApiCall, arn: string) {
  if (arn.split(':').length > 7) {
    throw invalidParameter('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  }
  return findFunction(services, call, arn);
}

const TITLES: Readonly<Record<string, string>> = {
  'event-source-mapping': 'Event source mapping',
  'code-signing-config': 'Code signing config',
  'capacity-provider': 'Capacity provider',
  'network-connector': 'Network connector',
};

function missing(kind: string, arn: string) {
  return notFound(`${TITLES[kind] ?? 'Resource'} not found: ${arn}`);
}
