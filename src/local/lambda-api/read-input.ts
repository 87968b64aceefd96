import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../core/catalog/api-error.js';
import type { MemberSchema, OperationSchema, Shape } from './operation-schemas.js';

/** A request as far as the protocol knows it: members by name, blobs as bytes, timestamps as Date. */
export type OperationInput = Readonly<Record<string, unknown>>;

export interface RawRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Collects the members of an operation's input from path, query, headers and body. @throws ApiError */
export function readInput(operation: OperationSchema, request: RawRequest): OperationInput {
  const { members } = operation.input;
  const json = members.some(({ location }) => location === 'body') ? parseBody(request.body) : {};
  const input: Record<string, unknown> = {};
  for (const member of members) {
    const value = readMember(member, request, json);
    if (value !== undefined && value !== null) input[member.name] = value;
  }
  return input;
}

function readMember(member: MemberSchema, request: RawRequest, json: Record<string, unknown>): unknown {
  switch (member.location) {
    case 'label':
      return fromText(request.labels[member.name], member.shape);
    case 'query': {
      const values = request.query.getAll(member.wireName);
      if (member.shape.kind === 'list') return values.length === 0 ? undefined : values;
      return fromText(values[0], member.shape);
    }
    case 'header': {
      const value = request.headers[member.wireName];
      return fromText(Array.isArray(value) ? value[0] : value, member.shape);
    }
    case 'payload':
      return request.body;
    case 'body':
      return fromJson(json[member.wireName], member.shape);
    default:
      return undefined;
  }
}

function parseBody(body: Uint8Array): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    throw new ApiError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${reason.replaceAll('\n', ' ')}`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ApiError('SerializationException', 400, 'Start of structure or map found where not expected.');
  }
  return parsed as Record<string, unknown>;
}

function fromText(text: string | undefined, shape: Shape): unknown {
  if (text === undefined) return undefined;
  if (shape.kind === 'integer') {
    if (!/^-?\d+$/.test(text)) throw cannotConvert('STRING_VALUE', 'an Integer');
    return Number(text);
  }
  if (shape.kind === 'boolean') return text === 'true';
  return text;
}

function fromJson(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw cannotConvert(kindOf(value), 'a String');
      return value;
    case 'integer':
      if (!Number.isInteger(value)) throw cannotConvert(kindOf(value), 'an Integer');
      return value;
    case 'double':
      if (typeof value !== 'number') throw cannotConvert(kindOf(value), 'a Double');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw cannotConvert(kindOf(value), 'a Boolean');
      return value;
    case 'blob':
      return decodeBlob(value);
    case 'timestamp':
      return new Date(typeof value === 'number' ? value * 1000 : String(value));
    case 'list':
      if (!Array.isArray(value)) throw cannotConvert(kindOf(value), 'a List');
      return value.map((item) => fromJson(item, shape.item) ?? null);
    case 'map':
      return fromEntries(value, (_, item) => fromJson(item, shape.item));
    case 'structure': {
      const record = asRecord(value);
      return Object.fromEntries(
        shape.members
          .map((member) => [member.name, fromJson(record[member.wireName], member.shape)] as const)
          .filter(([, item]) => item !== undefined),
      );
    }
    default:
      return value;
  }
}

function fromEntries(value: unknown, read: (key: string, item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asRecord(value)).map(([key, item]) => [key, read(key, item) ?? null]));
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw cannotConvert(kindOf(value), 'a Structure');
  }
  return value as Record<string, unknown>;
}

function decodeBlob(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw cannotConvert(kindOf(value), 'a Blob');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value.slice(0, 64))) {
    throw new ApiError('SerializationException', 400, 'Blob value is not valid base64.');
  }
  return Buffer.from(value, 'base64');
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return 'NUMBER_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}

function cannotConvert(kind: string, target: string): ApiError {
  return new ApiError('SerializationException', 400, `${kind} can not be converted to ${target}`);
}
