import { ApiRefusal } from '../core/environment-api.js';

/** What an extension asks for with `POST /extension/register`. */
export interface RegistrationRequest {
  /** As given; core checks them. */
  readonly events: readonly string[];
  /** The reply names the account. */
  readonly wantsAccountId: boolean;
}

/**
 * Reads the body and the feature header of a registration. @throws ApiRefusal 403 InvalidRequestFormat.
 * Source: Lambda developer guide, "Extensions API reference", Register.
 */
export function parseRegistration(body: Uint8Array, featureHeader: string | undefined): RegistrationRequest {
  const members = parseObject(body);
  if (hasConfigurationKeys(members.configurationKeys)) {
    throw invalidFormat('configurationKeys are deprecated; use environment variables instead');
  }
  const features = (featureHeader ?? '').split(',').map((feature) => feature.trim());
  return { events: readEvents(members.events), wantsAccountId: features.includes('accountId') };
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  const value = parseJson(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw invalidFormat('the request body must be a JSON object');
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    throw invalidFormat(error instanceof Error ? error.message : String(error));
  }
}

function hasConfigurationKeys(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function readEvents(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((event) => typeof event === 'string')) return value;
  throw invalidFormat('events must be a list of strings');
}

function invalidFormat(message: string): ApiRefusal {
  return new ApiRefusal(403, 'InvalidRequestFormat', message);
}
