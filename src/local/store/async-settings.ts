import type { AsyncSettingsSource } from '../core/async/async-ports.js';
import { DEFAULT_RETRY_SETTINGS } from '../core/async/retry-rules.js';
import { findVersion } from '../core/catalog/function-address.js';
import { lookup } from '../core/catalog/lookup.js';
import type { ServiceState } from './service-state.js';
import { recordKey } from './state-directory.js';

/** The event invoke configs and dead-letter targets of the control plane, for the asynchronous queue. */
export function createAsyncSettings(state: ServiceState): AsyncSettingsSource {
  return {
    asyncSettings: (functionName, qualifier, region) => {
      const record = state.functions.get(recordKey(region, functionName));
      if (record === undefined) return DEFAULT_RETRY_SETTINGS;
      const config = lookup(record.eventInvokeConfigs, qualifier ?? '$LATEST');
      const onSuccess = config?.DestinationConfig.OnSuccess?.Destination;
      const onFailure = config?.DestinationConfig.OnFailure?.Destination;
      const deadLetterTarget =
        findVersion(record, qualifier)?.version.settings.DeadLetterConfig?.TargetArn ??
        record.latest.settings.DeadLetterConfig?.TargetArn;
      return {
        maximumRetryAttempts: config?.MaximumRetryAttempts ?? DEFAULT_RETRY_SETTINGS.maximumRetryAttempts,
        maximumEventAgeSeconds: config?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_SETTINGS.maximumEventAgeSeconds,
        ...(onSuccess !== undefined && { onSuccess }),
        ...(onFailure !== undefined && { onFailure }),
        ...(deadLetterTarget !== undefined && { deadLetterTarget }),
        ...(record.recursiveLoop === 'Allow' && { allowsRecursion: true }),
      };
    },
  };
}
