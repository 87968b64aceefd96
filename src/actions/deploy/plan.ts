import type { FunctionConfiguration } from '../../aws/lambda-calls.js';
import type { CurrentFunction } from './current-function.js';
import type { DesiredCode, DesiredFunction } from './desired-function.js';
import { type SettingChange, settingChanges } from './setting-changes.js';

/** One change that a deployment makes; each is one call of the API (and the wait that belongs to it). */
export type DeployStep =
  | { readonly step: 'create-function' }
  | { readonly step: 'update-settings'; readonly changes: readonly SettingChange[] }
  | { readonly step: 'update-code'; readonly from: string | undefined; readonly to: string }
  | { readonly step: 'tag'; readonly tags: Readonly<Record<string, string>> }
  | { readonly step: 'untag'; readonly keys: readonly string[] }
  | { readonly step: 'publish-version' }
  | { readonly step: 'create-alias'; readonly alias: string }
  | { readonly step: 'update-alias'; readonly alias: string; readonly from: string | undefined };

/** What a deployment of one function does, in order. Empty: everything is as wanted. */
export interface DeployPlan {
  readonly functionName: string;
  readonly steps: readonly DeployStep[];
  /** Why there is something to do, or why there is nothing. */
  readonly reasons: readonly string[];
}

/** Compares what is wanted with what is deployed. Pure: the same plan is printed by a dry run and applied. */
export function planDeploy(desired: DesiredFunction, current: CurrentFunction | undefined): DeployPlan {
  const { functionName } = desired;
  if (current === undefined) {
    const steps: readonly DeployStep[] = [{ step: 'create-function' }, ...releaseSteps(desired, undefined)];
    return { functionName, steps, reasons: ['the function does not exist'] };
  }
  const changes = desired.settings === undefined ? [] : settingChanges(desired.settings, current.configuration);
  const updates: readonly DeployStep[] = [
    ...(changes.length > 0 ? [{ step: 'update-settings' as const, changes }] : []),
    ...codeSteps(desired, current.configuration),
    ...tagSteps(desired, current),
  ];
  const changesFunction = updates.some(({ step }) => step === 'update-settings' || step === 'update-code');
  const release = changesFunction || isReleaseStale(desired, current) ? releaseSteps(desired, current) : [];
  const steps = [...updates, ...release];
  return { functionName, steps, reasons: steps.length === 0 ? unchangedReasons(desired) : steps.map(reasonOf) };
}

function codeSteps({ code, architectures }: DesiredFunction, current: FunctionConfiguration): readonly DeployStep[] {
  if (code === undefined) return [];
  const from = code.kind === 'image' ? undefined : current.CodeSha256;
  const wanted = identityOf(code);
  const isOtherArchitecture =
    architectures !== undefined && architectures[0] !== (current.Architectures?.[0] ?? 'x86_64');
  // The configuration of an image function does not tell its URI, so an image is always updated; the service itself skips an equal digest.
  return from === wanted && !isOtherArchitecture ? [] : [{ step: 'update-code', from, to: wanted }];
}

function identityOf(code: DesiredCode): string {
  return code.kind === 'image' ? code.imageUri : code.codeSha256;
}

function tagSteps({ tags }: DesiredFunction, current: CurrentFunction): readonly DeployStep[] {
  if (tags === undefined) return [];
  const changed = Object.entries(tags).filter(([key, value]) => current.tags[key] !== value);
  // Tags that AWS or CloudFormation put there are not ours to take away.
  const gone = Object.keys(current.tags).filter((key) => !(key in tags) && !key.startsWith('aws:'));
  return [
    ...(changed.length > 0 ? [{ step: 'tag' as const, tags: Object.fromEntries(changed) }] : []),
    ...(gone.length > 0 ? [{ step: 'untag' as const, keys: gone }] : []),
  ];
}

function releaseSteps(
  { alias, publish }: DesiredFunction,
  current: CurrentFunction | undefined,
): readonly DeployStep[] {
  if (alias === undefined) return publish ? [{ step: 'publish-version' }] : [];
  const from = current?.aliasVersion?.Version;
  const move: DeployStep = from === undefined ? { step: 'create-alias', alias } : { step: 'update-alias', alias, from };
  return [{ step: 'publish-version' }, move];
}

/**
 * True when what is deployed is right and still not released: no version or alias yet, or an earlier
 * deployment ended between the update and the release.
 */
function isReleaseStale(
  { alias, publish }: DesiredFunction,
  { configuration, aliasVersion, newestVersion }: CurrentFunction,
): boolean {
  if (alias === undefined && !publish) return false;
  const released = alias === undefined ? newestVersion : aliasVersion;
  return released === undefined || released.Version === '$LATEST' || !isSameRelease(released, configuration);
}

/** Members that a version takes over from `$LATEST` and that therefore tell whether it is that state. */
const RELEASED_MEMBERS = [
  'CodeSha256',
  'Runtime',
  'Handler',
  'Role',
  'Timeout',
  'MemorySize',
  'Description',
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

function isSameRelease(version: FunctionConfiguration, latest: FunctionConfiguration): boolean {
  return RELEASED_MEMBERS.every((member) => canonical(version[member]) === canonical(latest[member]));
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function unchangedReasons({ code, settings, alias }: DesiredFunction): readonly string[] {
  return [
    ...(code === undefined ? [] : ['the code SHA-256 is equal']),
    ...(settings === undefined ? [] : ['the settings are equal']),
    ...(alias === undefined ? [] : [`alias ${alias} points to this version`]),
  ];
}

/** One step as a person reads it. */
export function reasonOf(step: DeployStep): string {
  switch (step.step) {
    case 'create-function':
      return 'create the function';
    case 'update-settings':
      return step.changes.map(({ setting, from, to }) => `${setting} ${show(from)} → ${show(to)}`).join(', ');
    case 'update-code':
      return `code ${step.from === undefined ? '' : `${step.from.slice(0, 12)}… → `}${step.to.slice(0, 12)}…`;
    case 'tag':
      return `tags ${Object.keys(step.tags).join(', ')}`;
    case 'untag':
      return `remove tags ${step.keys.join(', ')}`;
    case 'publish-version':
      return 'publish a version';
    case 'create-alias':
      return `create alias ${step.alias}`;
    case 'update-alias':
      return `move alias ${step.alias} from version ${step.from ?? '?'}`;
  }
}

function show(value: unknown): string {
  if (value === undefined) return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
