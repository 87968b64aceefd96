import { LIMITS } from '../../lambda/limits.js';
import { invalidParameter } from '../core/catalog/api-error.js';

/** @throws ApiError when there are more tags than a resource may have */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > LIMITS.tagsPerResource) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
}
