import type { FunctionConfiguration, LambdaCalls } from '../aws/lambda-calls.js';
import { waitForFunction } from '../aws/wait-for-function.js';
import { isVersionNumber } from '../lambda/qualifier.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { resolveFunctionTarget } from './function-target.js';

/** A published version. */
export interface VersionSummary {
  readonly version: string;
  readonly description: string;
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly lastModified: string;
  readonly aliases: readonly string[];
}

/** The published versions, newest first. */
export async function listVersions(target: string, context: ActionContext): Promise<readonly VersionSummary[]> {
  const { functionName } = await resolveFunctionTarget(target, context);
  return readVersions(await context.lambda(), functionName);
}

export interface PublishVersionRequest {
  readonly target: string;
  readonly description?: string | undefined;
  /** Publishes only while this is the code. */
  readonly codeSha256?: string | undefined;
  /** Publishes only while the function is at this revision. */
  readonly revisionId?: string | undefined;
}

/** Publishes `$LATEST`; without a change since the last time the service answers that version again. */
export async function publishVersion(
  { target, description, codeSha256, revisionId }: PublishVersionRequest,
  context: ActionContext,
): Promise<VersionSummary & { readonly isNew: boolean }> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const before = await readVersions(calls, functionName);
  await waitForFunction({ calls, signal: context.signal, functionName });
  const published = await calls.publishVersion({
    FunctionName: functionName,
    ...(description !== undefined && { Description: description }),
    ...(codeSha256 !== undefined && { CodeSha256: codeSha256 }),
    ...(revisionId !== undefined && { RevisionId: revisionId }),
  });
  const version = published.Version ?? '';
  await waitForFunction({ calls, signal: context.signal, functionName, qualifier: version });
  const known = before.find((candidate) => candidate.version === version);
  return { ...versionSummary(published, known?.aliases ?? []), isNew: known === undefined };
}

export interface PruneRequest {
  readonly target: string;
  /** How many of the newest versions stay in any case. */
  readonly keep: number;
  readonly isDryRun: boolean;
}

export interface PruneResult {
  readonly deleted: readonly string[];
  readonly kept: readonly { readonly version: string; readonly reason: string }[];
  readonly isDryRun: boolean;
}

/** Deletes old versions, except the newest and those that an alias or a provisioned setting uses. */
export async function pruneVersions(
  { target, keep, isDryRun }: PruneRequest,
  context: ActionContext,
): Promise<PruneResult> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const versions = await readVersions(calls, functionName);
  const provisioned = await readProvisioned(calls, functionName);
  const judged = versions.map((version, index) => ({
    version: version.version,
    reason: reasonToKeep(version, index < keep, provisioned),
  }));
  const kept = judged.flatMap(({ version, reason }) => (reason === undefined ? [] : [{ version, reason }]));
  const deleted = judged.filter(({ reason }) => reason === undefined).map(({ version }) => version);
  if (!isDryRun) {
    for (const version of deleted) await calls.deleteFunction({ FunctionName: functionName, Qualifier: version });
  }
  return { deleted, kept, isDryRun };
}

function reasonToKeep(
  { version, aliases }: VersionSummary,
  isNew: boolean,
  provisioned: ReadonlySet<string>,
): string | undefined {
  if (aliases.length > 0) return `alias ${aliases.join(', ')}`;
  if (provisioned.has(version)) return 'provisioned concurrency';
  return isNew ? 'new' : undefined;
}

/** The published versions, newest first, with the aliases that send traffic to each. */
export async function readVersions(
  calls: Pick<LambdaCalls, 'listVersionsByFunction' | 'listAliases'>,
  functionName: string,
): Promise<readonly VersionSummary[]> {
  const [versions, aliases] = await Promise.all([
    allPages(
      (marker) => calls.listVersionsByFunction({ FunctionName: functionName, ...marker }),
      ({ Versions, NextMarker }) => ({ items: Versions, next: NextMarker }),
    ),
    allPages(
      (marker) => calls.listAliases({ FunctionName: functionName, ...marker }),
      ({ Aliases, NextMarker }) => ({ items: Aliases, next: NextMarker }),
    ),
  ]);
  const aliasesOf = (version: string): string[] =>
    aliases
      .filter(
        ({ FunctionVersion, RoutingConfig }) =>
          FunctionVersion === version || version in (RoutingConfig?.AdditionalVersionWeights ?? {}),
      )
      .map(({ Name }) => Name ?? '');
  return versions
    .filter(({ Version }) => Version !== undefined && isVersionNumber(Version))
    .map((configuration) => versionSummary(configuration, aliasesOf(configuration.Version ?? '')))
    .sort((a, b) => Number(b.version) - Number(a.version));
}

async function readProvisioned(
  calls: Pick<LambdaCalls, 'listProvisionedConcurrencyConfigs'>,
  functionName: string,
): Promise<ReadonlySet<string>> {
  const configs = await allPages(
    (marker) => calls.listProvisionedConcurrencyConfigs({ FunctionName: functionName, ...marker }),
    ({ ProvisionedConcurrencyConfigs, NextMarker }) => ({ items: ProvisionedConcurrencyConfigs, next: NextMarker }),
  );
  return new Set(configs.map(({ FunctionArn }) => FunctionArn?.split(':').at(-1) ?? ''));
}

function versionSummary(configuration: FunctionConfiguration, aliases: readonly string[]): VersionSummary {
  return {
    version: configuration.Version ?? '',
    description: configuration.Description ?? '',
    codeSha256: configuration.CodeSha256 ?? '',
    codeSize: configuration.CodeSize ?? 0,
    lastModified: configuration.LastModified ?? '',
    aliases,
  };
}
