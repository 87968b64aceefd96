import type { ResolvedFunction } from '../../config/resolve-function.js';
import { apiMembers } from './api-members.js';
import type { DesiredSettings } from './desired-function.js';

/** The members of a function's configuration that CreateFunction and UpdateFunctionConfiguration take under the same name. */
const SETTINGS = [
  'description',
  'handler',
  'runtime',
  'role',
  'timeout',
  'memorySize',
  'ephemeralStorage',
  'layers',
  'vpcConfig',
  'fileSystemConfigs',
  'tracingConfig',
  'snapStart',
  'imageConfig',
  'kmsKeyArn',
  'deadLetterConfig',
] as const satisfies readonly (keyof ResolvedFunction['config'])[];

/** The settings of a resolved function in the API's form; only what the project says. */
export function desiredSettings({
  config,
  environment,
}: Pick<ResolvedFunction, 'config' | 'environment'>): DesiredSettings {
  const chosen = Object.fromEntries(SETTINGS.map((name) => [name, config[name]]));
  const { logRetentionDays: _, ...logging } = config.loggingConfig ?? {};
  const hasVariables =
    config.environment !== undefined || config.envFile !== undefined || Object.keys(environment).length > 0;
  return {
    ...(apiMembers(chosen) as DesiredSettings),
    ...(config.loggingConfig !== undefined && {
      LoggingConfig: apiMembers(logging) as NonNullable<DesiredSettings['LoggingConfig']>,
    }),
    // Names of variables are the user's own and keep their letters.
    ...(hasVariables && { Environment: { Variables: { ...environment } } }),
  };
}
