import { ApiError } from '../core/catalog/api-error.js';
import { functionsOf } from '../store/state-directory.js';
import type { ApiServices } from './services.js';

/** Bytes of all deployment packages and layer versions of a region, each version counted (GetAccountSettings, TotalCodeSize). */
export function codeBytesInUse({ state }: Pick<ApiServices, 'state'>, region: string): number {
  const packages = functionsOf(state, region).flatMap(({ latest, versions }) => [latest, ...Object.values(versions)]);
  const layers = state.layers.values().filter((layer) => layer.region === region);
  const contents = layers.flatMap(({ versions }) => Object.values(versions));
  return [...packages, ...contents].reduce((sum, { code }) => sum + code.CodeSize, 0);
}

/**
 * Refuses what would make the account hold more code than it may (developer guide, "Lambda quotas").
 * @throws ApiError CodeStorageExceededException
 */
export function requireCodeStorage(
  services: Pick<ApiServices, 'state' | 'totalCodeBytes'>,
  region: string,
  addedBytes: number,
): void {
  if (addedBytes <= 0 || codeBytesInUse(services, region) + addedBytes <= services.totalCodeBytes) return;
  throw new ApiError('CodeStorageExceededException', 400, 'Code storage limit exceeded.');
}
