import { invalidParameter } from './api-error.js';
import type { LoggingConfig } from './records.js';

export interface LoggingRequest {
  readonly LogFormat?: string | undefined;
  readonly ApplicationLogLevel?: string | undefined;
  readonly SystemLogLevel?: string | undefined;
  readonly LogGroup?: string | undefined;
}

/**
 * The logging settings after an update. JSON brings levels (INFO unless given), Text takes them away,
 * and a level alone is allowed only where the format is JSON already. @throws ApiError
 */
export function mergeLogging(current: LoggingConfig, request: LoggingRequest | undefined): LoggingConfig {
  if (request === undefined) return current;
  const format = request.LogFormat === undefined ? current.LogFormat : request.LogFormat === 'JSON' ? 'JSON' : 'Text';
  const LogGroup = request.LogGroup ?? current.LogGroup;
  if (format === 'Text') {
    if (request.ApplicationLogLevel !== undefined || request.SystemLogLevel !== undefined) {
      throw invalidParameter(
        'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
      );
    }
    return { LogFormat: 'Text', LogGroup };
  }
  return {
    LogFormat: 'JSON',
    ApplicationLogLevel: request.ApplicationLogLevel ?? current.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: request.SystemLogLevel ?? current.SystemLogLevel ?? 'INFO',
    LogGroup,
  };
}
