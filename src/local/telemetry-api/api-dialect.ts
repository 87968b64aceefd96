/** The two doors to the same stream: the Telemetry API and its predecessor, the Logs API. */
export type ApiName = 'telemetry' | 'logs';

/** In what the two APIs differ before a record is written. */
export interface ApiDialect {
  readonly name: ApiName;
  readonly title: string;
  readonly path: string;
  readonly validationErrorType: string;
  readonly closedErrorType: string;
  readonly schemaVersions: readonly string[];
  /** Undefined where the request must name one. */
  readonly defaultSchemaVersion: string | undefined;
  readonly droppedReason: string;
}

/** Source: Lambda developer guide, "Telemetry API reference". */
export const TELEMETRY_DIALECT: ApiDialect = {
  name: 'telemetry',
  title: 'Telemetry API',
  path: '/2022-07-01/telemetry',
  validationErrorType: 'ValidationError',
  closedErrorType: 'Telemetry.SubscriptionClosed',
  schemaVersions: ['2022-07-01', '2022-12-13', '2025-01-29'],
  defaultSchemaVersion: undefined,
  droppedReason: 'Some logs were dropped because the downstream consumer is slower than the logs production rate',
};

/** Source: Lambda developer guide, "Lambda Logs API". */
export const LOGS_DIALECT: ApiDialect = {
  name: 'logs',
  title: 'Logs API',
  path: '/2020-08-15/logs',
  validationErrorType: 'Logs.ValidationError',
  closedErrorType: 'Logs.SubscriptionClosed',
  schemaVersions: ['2020-08-15', '2021-03-18'],
  defaultSchemaVersion: '2020-08-15',
  droppedReason: 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.',
};
