import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import { canonicalJson } from './change.js';
import type { CurrentFunction } from './current-function.js';
import type { DeployStep } from './deploy-step.js';
import type { DesiredFunction } from './desired-function.js';

/** Publishes a version and moves the alias, as far as the project wants either. */
export function releaseSteps(
  { alias, publish, strategy }: DesiredFunction,
  current: CurrentFunction | undefined,
): readonly DeployStep[] {
  const publication: DeployStep = { step: 'publish-version', changes: [] };
  if (alias === undefined) return publish ? [publication] : [];
  const from = current?.aliasVersion?.Version;
  const changes = [{ setting: 'FunctionVersion', from, to: '(the published version)' }];
  if (from === undefined) return [publication, { step: 'create-alias', alias, changes }];
  const isGradual = strategy !== undefined && strategy.type !== 'all-at-once';
  return [
    publication,
    isGradual ? { step: 'shift-alias', alias, strategy, changes } : { step: 'update-alias', alias, changes },
  ];
}

/**
 * True when what is deployed is right and still not released: no version or alias yet, or an earlier
 * deployment ended between the update and the release.
 */
export function isReleaseStale(
  { alias, publish }: DesiredFunction,
  { configuration, aliasVersion, newestVersion }: CurrentFunction,
): boolean {
  if ((alias === undefined && !publish) || configuration === undefined) return false;
  const released = alias === undefined ? newestVersion : aliasVersion;
  return released === undefined || released.Version === '$LATEST' || !isSameRelease(released, configuration);
}

/**
 * Members that a version takes over from `$LATEST` and that therefore tell whether it is that state. The description
 * is none of them: a version has its own, and it alone makes no new version.
 */
const RELEASED_MEMBERS = [
  'CodeSha256',
  'Runtime',
  'Handler',
  'Role',
  'Timeout',
  'MemorySize',
  'Environment',
  'Layers',
  'VpcConfig',
  'TracingConfig',
  'EphemeralStorage',
  'LoggingConfig',
  'FileSystemConfigs',
  'DeadLetterConfig',
  'KMSKeyArn',
  'Architectures',
] as const satisfies readonly (keyof FunctionConfiguration)[];

/** True when both describe the same code with the same settings. */
export function isSameRelease(version: FunctionConfiguration, latest: FunctionConfiguration): boolean {
  return RELEASED_MEMBERS.every((member) => canonicalJson(version[member]) === canonicalJson(latest[member]));
}
