import { functionArn } from '../../../lambda/arn.js';
import { LATEST } from '../../../lambda/qualifier.js';
import { conflict, invalidParameter, notFound, stalePrecondition, withoutType } from './api-error.js';
import type { Described } from './describe-function.js';
import { lookup } from './lookup.js';
import { without } from './publish-version.js';
import type { AliasRecord, FunctionRecord, RuleContext } from './records.js';

export interface AliasRule {
  readonly name: string;
  readonly functionVersion?: string | undefined;
  readonly description?: string | undefined;
  /** Given but empty takes the routing away. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  readonly revisionId?: string | undefined;
}

export interface AliasChange {
  readonly record: FunctionRecord;
  readonly alias: AliasRecord;
}

/** @throws ApiError */
export function createAlias(record: FunctionRecord, rule: AliasRule, context: RuleContext): AliasChange {
  if (lookup(record.aliases, rule.name) !== undefined) {
    throw conflict(`Alias already exists: ${functionArn(record, record.functionName, rule.name)}`);
  }
  return storeAlias(record, { FunctionVersion: '', Description: '', ...ruleMembers(rule), Name: rule.name }, context);
}

/** @throws ApiError */
export function updateAlias(record: FunctionRecord, rule: AliasRule, context: RuleContext): AliasChange {
  const current = lookup(record.aliases, rule.name);
  if (current === undefined) {
    throw notFound(`Alias not found: ${functionArn(record, record.functionName, rule.name)}`);
  }
  if (rule.revisionId !== undefined && rule.revisionId !== current.RevisionId) {
    throw stalePrecondition('GetFunction/GetAlias');
  }
  return storeAlias(record, { ...current, ...ruleMembers(rule) }, context);
}

/** The function without the alias and what hung on it; an alias that is not there is fine. */
export function deleteAlias(record: FunctionRecord, name: string): FunctionRecord {
  const url = lookup(record.urls, name);
  return {
    ...record,
    aliases: without(record.aliases, name),
    policies: without(record.policies, name),
    eventInvokeConfigs: without(record.eventInvokeConfigs, name),
    urls: without(record.urls, name),
    ...(url !== undefined && { retiredUrlIds: [...(record.retiredUrlIds ?? []), url.urlId] }),
    provisioned: without(record.provisioned, name),
  };
}

/** AliasConfiguration in the API's words. */
export function describeAlias(record: FunctionRecord, alias: AliasRecord): Described {
  const { AdditionalVersionWeights, ...rest } = alias;
  return {
    AliasArn: functionArn(record, record.functionName, alias.Name),
    ...rest,
    ...(AdditionalVersionWeights !== undefined && { RoutingConfig: { AdditionalVersionWeights } }),
  };
}

/** The version that one invocation through the alias runs on. `draw` is a random number, 0 inclusive to 1 exclusive. */
export function chooseVersion(alias: AliasRecord, draw: number): string {
  for (const [version, weight] of Object.entries(alias.AdditionalVersionWeights ?? {})) {
    if (draw < weight) return version;
  }
  return alias.FunctionVersion;
}

type AliasDraft = Omit<AliasRecord, 'RevisionId' | 'AdditionalVersionWeights'> & {
  readonly AdditionalVersionWeights?: Readonly<Record<string, number>> | undefined;
};

function ruleMembers(rule: AliasRule): Partial<AliasDraft> {
  return {
    ...(rule.functionVersion !== undefined && { FunctionVersion: rule.functionVersion }),
    ...(rule.description !== undefined && { Description: rule.description }),
    ...(rule.weights !== undefined && { AdditionalVersionWeights: rule.weights }),
  };
}

function storeAlias(record: FunctionRecord, draft: AliasDraft, context: RuleContext): AliasChange {
  const weights = Object.entries(draft.AdditionalVersionWeights ?? {});
  checkRouting(record, draft, weights);
  const alias: AliasRecord = {
    Name: draft.Name,
    FunctionVersion: draft.FunctionVersion,
    Description: draft.Description,
    RevisionId: context.newId(),
    ...(weights.length > 0 && { AdditionalVersionWeights: Object.fromEntries(weights) }),
  };
  return { record: { ...record, aliases: { ...record.aliases, [alias.Name]: alias } }, alias };
}

function checkRouting(record: FunctionRecord, draft: AliasDraft, weights: readonly [string, number][]): void {
  if (weights.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  if (draft.FunctionVersion !== LATEST) requireVersion(record, draft.FunctionVersion);
  for (const [version] of weights) {
    if (version === draft.FunctionVersion) {
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    if (draft.FunctionVersion === LATEST) {
      throw withoutType(invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version'));
    }
    requireVersion(record, version);
  }
}

function requireVersion(record: FunctionRecord, version: string): void {
  if (lookup(record.versions, version) === undefined) {
    throw notFound(`Function not found: ${functionArn(record, record.functionName, version)}`);
  }
}
