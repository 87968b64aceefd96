import { type ArnScope, functionArn } from '../../../lambda/arn.js';
import { parseFunctionReference } from '../../../lambda/function-name.js';
import { qualifierKind } from '../../../lambda/qualifier.js';
import { ApiError, invalidParameter, notFound } from './api-error.js';
import { lookup } from './lookup.js';
import type { AliasRecord, FunctionRecord, VersionRecord } from './records.js';

/** A function name in any of its forms with the separate qualifier, brought together. */
export interface FunctionAddress {
  readonly functionName: string;
  /** Undefined when neither the name nor the parameter gives one. */
  readonly qualifier: string | undefined;
}

/** Reads the FunctionName and Qualifier parameters of a request. @throws ApiError when they contradict the caller or each other */
export function resolveAddress(name: string, qualifier: string | undefined, scope: ArnScope): FunctionAddress {
  const reference = parseFunctionReference(name);
  if (reference === undefined) throw notFound(`Function not found: ${functionArn(scope, name)}`);
  if (reference.accountId !== undefined && reference.accountId !== scope.accountId) {
    throw new ApiError('AccessDeniedException', 403, null);
  }
  if (reference.region !== undefined && reference.region !== scope.region) {
    throw notFound(`Functions from '${reference.region}' are not reachable in this region ('${scope.region}')`);
  }
  if (reference.qualifier !== undefined && qualifier !== undefined && reference.qualifier !== qualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { functionName: reference.functionName, qualifier: qualifier ?? reference.qualifier };
}

/** What a qualifier points to. */
export interface QualifiedVersion {
  readonly version: VersionRecord;
  /** Present when the qualifier is an alias; `version` is its main version then. */
  readonly alias?: AliasRecord;
}

/** The version behind a qualifier; undefined when there is none. */
export function findVersion(record: FunctionRecord, qualifier: string | undefined): QualifiedVersion | undefined {
  const kind = qualifierKind(qualifier);
  if (kind === 'latest') return { version: record.latest };
  if (kind === 'version') {
    const version = lookup(record.versions, qualifier ?? '');
    return version === undefined ? undefined : { version };
  }
  const alias = lookup(record.aliases, qualifier ?? '');
  if (alias === undefined) return undefined;
  const version = versionByNumber(record, alias.FunctionVersion);
  return version === undefined ? undefined : { version, alias };
}

/** A version by its number or `$LATEST`. */
export function versionByNumber(record: FunctionRecord, number: string): VersionRecord | undefined {
  return number === record.latest.Version ? record.latest : lookup(record.versions, number);
}

/** @throws ApiError ResourceNotFoundException naming the qualified ARN */
export function requireVersion(record: FunctionRecord, qualifier: string | undefined): QualifiedVersion {
  const found = findVersion(record, qualifier);
  if (found === undefined) throw functionNotFound(record, record.functionName, qualifier);
  return found;
}

export function functionNotFound(scope: ArnScope, functionName: string, qualifier?: string): ApiError {
  return notFound(`Function not found: ${functionArn(scope, functionName, qualifier)}`);
}
