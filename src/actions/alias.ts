import type { AliasConfiguration, LambdaCalls } from '../aws/lambda-calls.js';
import { unlessNotFound } from '../aws/not-found.js';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { isAliasName, isVersionNumber } from '../lambda/qualifier.js';
import type { ActionContext } from './action-context.js';
import { allPages } from './all-pages.js';
import { resolveFunctionTarget } from './function-target.js';

/** An alias. */
export interface AliasSummary {
  readonly name: string;
  readonly functionVersion: string;
  readonly description: string;
  /** Share of the traffic (0 to 1) that goes to another version, by version. */
  readonly weights: Readonly<Record<string, number>>;
  readonly aliasArn: string;
  readonly revisionId?: string;
}

export interface ListAliasesRequest {
  readonly target: string;
  /** Only those that send traffic there. */
  readonly version?: string | undefined;
}

/** All aliases of a function, by name. */
export async function listAliases(
  { target, version }: ListAliasesRequest,
  context: ActionContext,
): Promise<readonly AliasSummary[]> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const aliases = await allPages(
    (marker) =>
      calls.listAliases({
        FunctionName: functionName,
        ...(version !== undefined && { FunctionVersion: version }),
        ...marker,
      }),
    ({ Aliases, NextMarker }) => ({ items: Aliases, next: NextMarker }),
  );
  return aliases.map(summaryOf);
}

export interface SetAliasRequest {
  readonly target: string;
  readonly alias: string;
  /** Version number, or `latest` for the newest published one. */
  readonly version: string;
  readonly description?: string | undefined;
  /** The share (0 to 1) of a second version. */
  readonly weight?: { readonly version: string; readonly share: number } | undefined;
  /** Changes an alias only while it is at this revision. */
  readonly revisionId?: string | undefined;
}

export interface SetAliasResult extends AliasSummary {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** The version that it pointed to before. */
  readonly from?: string;
}

/** Creates an alias or points it to another version; an alias that is as wanted is left alone. */
export async function setAlias(request: SetAliasRequest, context: ActionContext): Promise<SetAliasResult> {
  const { alias, description, weight } = request;
  if (!isAliasName(alias)) {
    throw new LambdakitError('invalid-input', `"${alias}" is no name for an alias.`, {
      hint: 'Letters, digits, - and _, at least one of them no digit.',
    });
  }
  const { functionName } = await resolveFunctionTarget(request.target, context);
  const calls = await context.lambda();
  const [current, version] = await Promise.all([
    findAlias(calls, functionName, alias),
    request.version === 'latest' ? newestVersion(calls, functionName) : versionNumber(request.version),
  ]);
  const wanted = {
    FunctionName: functionName,
    Name: alias,
    FunctionVersion: version,
    ...(description !== undefined && { Description: description }),
  };
  const weights = weight === undefined ? {} : { [weight.version]: weight.share };
  if (current === undefined) {
    const routing = weight === undefined ? {} : { RoutingConfig: { AdditionalVersionWeights: weights } };
    return { ...summaryOf(await calls.createAlias({ ...wanted, ...routing })), outcome: 'created' };
  }
  const before = summaryOf(current);
  const isEqual =
    before.functionVersion === version &&
    JSON.stringify(before.weights) === JSON.stringify(weights) &&
    (description ?? before.description) === before.description;
  if (isEqual) return { ...before, outcome: 'unchanged', from: before.functionVersion };
  const updated = await calls.updateAlias({
    ...wanted,
    RoutingConfig: { AdditionalVersionWeights: weights },
    RevisionId: request.revisionId ?? current.RevisionId,
  });
  return { ...summaryOf(updated), outcome: 'updated', from: before.functionVersion };
}

/** Deletes an alias; the version that it points to stays. */
export async function deleteAlias(
  target: string,
  alias: string,
  context: ActionContext,
): Promise<{ readonly name: string; readonly wasThere: boolean }> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const found = await findAlias(calls, functionName, alias);
  if (found !== undefined) await calls.deleteAlias({ FunctionName: functionName, Name: alias });
  return { name: alias, wasThere: found !== undefined };
}

/** The alias, or undefined when the function has none of that name. */
export async function findAlias(
  calls: Pick<LambdaCalls, 'getAlias'>,
  functionName: string,
  alias: string,
): Promise<AliasConfiguration | undefined> {
  return unlessNotFound(calls.getAlias({ FunctionName: functionName, Name: alias }));
}

/** @throws LambdakitError `not-found` when nothing was published yet. */
export async function newestVersion(
  calls: Pick<LambdaCalls, 'listVersionsByFunction'>,
  functionName: string,
): Promise<string> {
  const versions = await allPages(
    (marker) => calls.listVersionsByFunction({ FunctionName: functionName, ...marker }),
    ({ Versions, NextMarker }) => ({ items: Versions, next: NextMarker }),
  );
  const newest = versions.findLast(({ Version }) => Version !== undefined && isVersionNumber(Version))?.Version;
  if (newest !== undefined) return newest;
  throw new LambdakitError('not-found', `${functionName} has no published version.`, {
    hint: 'Publish one with `lambdakit version publish` or `lambdakit deploy --publish`.',
  });
}

function versionNumber(text: string): string {
  if (isVersionNumber(text) || text === '$LATEST') return text;
  throw new LambdakitError('invalid-input', `"${text}" is no version.`, {
    hint: 'Give its number, $LATEST, or "latest" for the newest published one.',
  });
}

export function summaryOf(alias: AliasConfiguration): AliasSummary {
  return {
    name: alias.Name ?? '',
    functionVersion: alias.FunctionVersion ?? '',
    description: alias.Description ?? '',
    weights: alias.RoutingConfig?.AdditionalVersionWeights ?? {},
    aliasArn: alias.AliasArn ?? '',
    ...(alias.RevisionId !== undefined && { revisionId: alias.RevisionId }),
  };
}
