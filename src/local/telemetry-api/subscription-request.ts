import { ApiRefusal } from '../core/environment-api.js';
import type { ApiDialect } from './api-dialect.js';
import { type Destination, readDestination } from './destination.js';

/** The kinds of records that an extension can ask for. */
export type RecordKind = 'platform' | 'function' | 'extension';

/** A batch is sent when the first of these is reached. */
export interface Buffering {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface SubscriptionRequest {
  readonly schemaVersion: string;
  readonly types: readonly RecordKind[];
  readonly destination: Destination;
  readonly buffering: Buffering;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly byDefault: number;
}

/** Lambda developer guide, "Telemetry API", configuring memory usage and buffering. */
const BUFFERING_RANGES: Readonly<Record<keyof Buffering, Range>> = {
  maxItems: { min: 1000, max: 10_000, byDefault: 10_000 },
  maxBytes: { min: 262_144, max: 1_048_576, byDefault: 262_144 },
  timeoutMs: { min: 25, max: 30_000, byDefault: 1000 },
};

const RECORD_KINDS: readonly string[] = ['platform', 'function', 'extension'];

/**
 * Reads the body of a subscription. All problems are named at once, parted by semicolons.
 * @throws ApiRefusal 400 with the API's validation error.
 */
export function parseSubscription(body: Uint8Array, dialect: ApiDialect): SubscriptionRequest {
  const members = parseObject(body, dialect);
  const problems: string[] = [];
  const destination = readDestination(members.destination, dialect.name === 'logs' ? ['POST', 'PUT'] : ['POST']);
  if ('problems' in destination) problems.push(...destination.problems);
  const types = readTypes(members.types, problems);
  const buffering = readBuffering(members.buffering, problems);
  const schemaVersion = members.schemaVersion ?? dialect.defaultSchemaVersion;
  problems.push(...schemaProblems(schemaVersion, dialect));
  if ('problems' in destination || typeof schemaVersion !== 'string' || problems.length > 0) {
    throw new ApiRefusal(400, dialect.validationErrorType, problems.join('; '));
  }
  return { schemaVersion, types, destination: destination.destination, buffering };
}

function parseObject(body: Uint8Array, dialect: ApiDialect): Readonly<Record<string, unknown>> {
  const value = parseJson(body, dialect);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new ApiRefusal(400, dialect.validationErrorType, 'the request body must be a JSON object');
}

function parseJson(body: Uint8Array, dialect: ApiDialect): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiRefusal(400, dialect.validationErrorType, `failed to parse JSON: ${reason}`);
  }
}

function readTypes(value: unknown, problems: string[]): readonly RecordKind[] {
  if (!Array.isArray(value) || value.length === 0) {
    problems.push('types should not be empty');
    return [];
  }
  const unknown = value.filter((type) => !RECORD_KINDS.includes(type));
  if (unknown.length > 0) {
    problems.push(`types should be any of ${RECORD_KINDS.join(', ')}, not ${unknown.map(String).join(', ')}`);
  }
  return [...new Set(value as RecordKind[])];
}

function readBuffering(value: unknown, problems: string[]): Buffering {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (value !== undefined && value !== null && !isObject) problems.push('buffering should be an object');
  const members = isObject ? (value as Readonly<Record<string, unknown>>) : {};
  const read = (name: keyof Buffering): number => {
    const { min, max, byDefault } = BUFFERING_RANGES[name];
    const given = members[name] ?? byDefault;
    if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
    problems.push(`${name} should be between ${min} and ${max}`);
    return byDefault;
  };
  return { maxItems: read('maxItems'), maxBytes: read('maxBytes'), timeoutMs: read('timeoutMs') };
}

function schemaProblems(schemaVersion: unknown, { schemaVersions }: ApiDialect): readonly string[] {
  if (schemaVersion === undefined) return ['schemaVersion is not provided'];
  if (typeof schemaVersion === 'string' && schemaVersions.includes(schemaVersion)) return [];
  return [`schemaVersion should be one of ${schemaVersions.join(', ')}`];
}
