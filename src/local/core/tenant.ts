import { invalidParameter } from './catalog/api-error.js';
import type { FunctionSnapshot } from './function-snapshot.js';

/**
 * The version as one tenant has it: environments of a function with tenant isolation serve one tenant each (Lambda
 * developer guide, "Tenant isolation"). Other functions are the same for everybody.
 */
export function snapshotForTenant(snapshot: FunctionSnapshot, tenantId: string | undefined): FunctionSnapshot {
  return snapshot.isTenantIsolated === true && tenantId !== undefined ? { ...snapshot, tenantId } : snapshot;
}

/** @throws ApiError InvalidParameterValueException when the function needs a tenant and the request names none */
export function requireTenant(snapshot: FunctionSnapshot, tenantId: string | undefined): void {
  if (snapshot.isTenantIsolated !== true || tenantId !== undefined) return;
  throw invalidParameter(
    'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
  );
}
