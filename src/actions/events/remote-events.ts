import type { SchemasCalls } from '../../aws/neighbour-calls.js';
import { isNotFound, unlessNotFound } from '../../aws/not-found.js';
import { closestName } from '../../config/closest-name.js';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { LIMITS } from '../../lambda/limits.js';
import type { ActionContext } from '../action-context.js';
import { resolveFunctionTarget } from '../function-target.js';
import { type InvokePayload, readInvokePayload } from '../invocations/invoke-payload.js';
import { eventsOf, parseEventSchema, withEvent, withoutEvent } from './event-schema.js';

/** One test event that everybody who may read the registry can use. */
export interface SharedEvent {
  readonly functionName: string;
  readonly name: string;
}

/** Where the Lambda console keeps shareable test events (developer guide, "Testing Lambda functions in the console"). */
const REGISTRY = 'lambda-testevent-schemas';
const SCHEMA_TYPE = 'OpenApi3';
/** Each change makes a version; older ones than so many are deleted, or the quota of the registry would be used up. */
const MOST_VERSIONS = 5;

/** The shared test events of a function, by name. None where nobody has shared any. */
export async function listSharedEvents(
  target: string,
  context: ActionContext,
): Promise<{ readonly functionName: string; readonly events: readonly SharedEvent[] }> {
  const { functionName, content } = await open(target, context);
  const names = content === undefined ? [] : Object.keys(eventsOf(parseEventSchema(content)));
  return { functionName, events: names.sort().map((name) => ({ functionName, name })) };
}

/** A shared test event as it was saved. @throws LambdakitError `not-found` */
export async function getSharedEvent(target: string, name: string, context: ActionContext): Promise<unknown> {
  const { functionName, content } = await open(target, context);
  const events = content === undefined ? {} : eventsOf(parseEventSchema(content));
  if (Object.hasOwn(events, name)) return events[name];
  throw missing(functionName, name, Object.keys(events));
}

export interface PutSharedEventRequest {
  readonly target: string;
  readonly name: string;
  readonly payload: InvokePayload;
  /** Replaces an event of that name. */
  readonly isForced: boolean;
}

/**
 * Shares a test event, so that the console and others have it; makes registry and schema where they are missing.
 * @throws LambdakitError `invalid-input` for an event that exists, without `isForced`
 */
export async function putSharedEvent(
  { target, name, payload, isForced }: PutSharedEventRequest,
  context: ActionContext,
): Promise<SharedEvent & { readonly isNew: boolean }> {
  const event = await readEvent(payload, context);
  const { calls, functionName, schemaName, content } = await open(target, context);
  const key = { RegistryName: REGISTRY, SchemaName: schemaName };
  if (content === undefined) {
    await makeRegistry(calls);
    // The registry's own idea of the shape of the event, as the console asks for it.
    const found = await calls.getDiscoveredSchema({ Events: [event], Type: SCHEMA_TYPE });
    const schema = withEvent(parseEventSchema(found.Content ?? '{}'), name, JSON.parse(event));
    await calls.createSchema({ ...key, Type: SCHEMA_TYPE, Content: JSON.stringify(schema) });
    return { functionName, name, isNew: true };
  }
  const schema = parseEventSchema(content);
  const isNew = !Object.hasOwn(eventsOf(schema), name);
  if (!isNew && !isForced) {
    throw new LambdakitError('invalid-input', `${functionName} has a shared event "${name}" already.`, {
      hint: 'Replace it with --force, or choose another name.',
    });
  }
  await update(calls, schemaName, withEvent(schema, name, JSON.parse(event)));
  return { functionName, name, isNew };
}

/** Deletes a shared test event, and with the last one its schema. @throws LambdakitError `not-found` */
export async function deleteSharedEvent(target: string, name: string, context: ActionContext): Promise<SharedEvent> {
  const { calls, functionName, schemaName, content } = await open(target, context);
  const schema = content === undefined ? {} : parseEventSchema(content);
  const events = eventsOf(schema);
  if (!Object.hasOwn(events, name)) throw missing(functionName, name, Object.keys(events));
  if (Object.keys(events).length > 1) await update(calls, schemaName, withoutEvent(schema, name));
  else await calls.deleteSchema({ RegistryName: REGISTRY, SchemaName: schemaName });
  return { functionName, name };
}

interface OpenSchema {
  readonly calls: SchemasCalls;
  readonly functionName: string;
  readonly schemaName: string;
  /** Undefined where the function has no shared events. */
  readonly content: string | undefined;
}

async function open(target: string, context: ActionContext): Promise<OpenSchema> {
  const { functionName: given } = await resolveFunctionTarget(target, context);
  const functionName = given.startsWith('arn:') ? (given.split(':')[6] ?? given) : given;
  const schemaName = `_${functionName}-schema`;
  const { schemas: calls } = await context.neighbours();
  if (calls === undefined) {
    throw new LambdakitError('invalid-input', 'Shared test events are kept in AWS only.', {
      hint: 'Locally, files in the folder events beside the project file are events: `lambdakit event list`.',
    });
  }
  const found = await unlessNotFound(calls.describeSchema({ RegistryName: REGISTRY, SchemaName: schemaName }));
  return { calls, functionName, schemaName, content: found?.Content };
}

async function makeRegistry(calls: SchemasCalls): Promise<void> {
  try {
    await calls.describeRegistry({ RegistryName: REGISTRY });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await calls.createRegistry({ RegistryName: REGISTRY });
  }
}

async function update(calls: SchemasCalls, schemaName: string, schema: object): Promise<void> {
  const key = { RegistryName: REGISTRY, SchemaName: schemaName };
  const versions: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await calls.listSchemaVersions({ ...key, ...(NextToken !== undefined && { NextToken }) });
    versions.push(...(page.SchemaVersions ?? []).map(({ SchemaVersion = '' }) => SchemaVersion));
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  const oldestFirst = versions.sort((a, b) => Number(a) - Number(b));
  for (const SchemaVersion of oldestFirst.slice(0, Math.max(0, oldestFirst.length - MOST_VERSIONS + 1))) {
    await calls.deleteSchemaVersion({ ...key, SchemaVersion });
  }
  await calls.updateSchema({ ...key, Type: SCHEMA_TYPE, Content: JSON.stringify(schema) });
}

/** The text of the event, which is JSON. */
async function readEvent(payload: InvokePayload, context: ActionContext): Promise<string> {
  const bytes = await readInvokePayload(payload, context);
  if (bytes === undefined) {
    throw new LambdakitError('usage', 'There is no event to share.', {
      hint: `Give one with --payload '{"name":"Ada"}', --payload-file, --event or on stdin.`,
    });
  }
  if (bytes.length <= LIMITS.syncRequestBytes) return new TextDecoder().decode(bytes);
  throw new LambdakitError(
    'over-size',
    `The event has ${bytes.length} bytes; a function takes ${LIMITS.syncRequestBytes}.`,
  );
}

function missing(functionName: string, name: string, known: readonly string[]): LambdakitError {
  const meant = closestName(name, known);
  return new LambdakitError('not-found', `${functionName} has no shared event "${name}".`, {
    hint:
      meant === undefined
        ? `See \`lambdakit event list --remote ${functionName}\`.`
        : `Did you mean "${meant}"? See \`lambdakit event list --remote ${functionName}\`.`,
  });
}
