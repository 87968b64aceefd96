import { codeSigningConfigArn } from '../../lambda/arn.js';
import { ApiError } from '../core/catalog/api-error.js';
import type { CodeSigningConfigRecord } from '../core/catalog/records.js';
import { recordKey } from '../store/state-directory.js';
import type { ApiCall, ApiServices } from './services.js';

/** The code signing config behind an ARN; undefined when there is none, as for every ARN of another region or account. */
export function findCodeSigningConfig(
  services: ApiServices,
  call: ApiCall,
  arn: string,
): CodeSigningConfigRecord | undefined {
  const id = arn.slice(arn.lastIndexOf(':') + 1);
  const record = services.state.codeSigningConfigs.get(recordKey(call.region, id));
  return record !== undefined && codeSigningConfigArn(record, id) === arn ? record : undefined;
}

/** Refuses a function's reference to a config that does not exist. @throws ApiError CodeSigningConfigNotFoundException */
export function requireCodeSigningConfig(services: ApiServices, call: ApiCall, arn: string | undefined): void {
  if (arn === undefined || findCodeSigningConfig(services, call, arn) !== undefined) return;
  throw new ApiError(
    'CodeSigningConfigNotFoundException',
    404,
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
  );
}
