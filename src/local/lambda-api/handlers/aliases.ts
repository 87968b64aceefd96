import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { functionArn } from '../../../lambda/arn.js';
import { type AliasChange, createAlias, deleteAlias, describeAlias, updateAlias } from '../../core/catalog/aliases.js';
import { notFound } from '../../core/catalog/api-error.js';
import { functionNotFound } from '../../core/catalog/function-address.js';
import { lookup } from '../../core/catalog/lookup.js';
import { paginate } from '../../core/catalog/paginate.js';
import type { FunctionRecord, RuleContext } from '../../core/catalog/records.js';
import { changeFunction, findFunction, lookUpFunction } from '../function-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler } from '../services.js';

/** CreateAlias, UpdateAlias and their relatives. */
export function aliasHandlers(services: ApiServices): Handlers {
  return {
    CreateAlias: handler<CreateAliasRequest>((input, call) =>
      store(services, call, input, (record, rule, context) => createAlias(record, rule, context)),
    ),
    UpdateAlias: handler<UpdateAliasRequest>((input, call) =>
      store(services, call, input, (record, rule, context) => updateAlias(record, rule, context)),
    ),
    GetAlias: handler<GetAliasRequest>((input, call) => {
      const { record } = findFunction(services, call, input.FunctionName);
      const alias = lookup(record.aliases, input.Name ?? '');
      if (alias === undefined) {
        throw notFound(`Cannot find alias arn: ${functionArn(record, record.functionName, input.Name)}`);
      }
      return describeAlias(record, alias);
    }),
    DeleteAlias: handler<DeleteAliasRequest>(async (input, call) => {
      const { functionName, record } = findFunction(services, call, input.FunctionName);
      const name = input.Name ?? '';
      const changed = await changeFunction(services, call, functionName, (current) => deleteAlias(current, name));
      services.provisioned.reconcile(record, changed);
      return {};
    }),
    ListAliases: handler<ListAliasesRequest>((input, call) => listAliases(services, input, call)),
  };
}

type AliasRuleOf = Parameters<typeof createAlias>[1];

async function store(
  services: ApiServices,
  call: ApiCall,
  input: CreateAliasRequest | UpdateAliasRequest,
  change: (record: FunctionRecord, rule: AliasRuleOf, context: RuleContext) => AliasChange,
) {
  const { functionName, record, qualifier } = findAliased(services, call, input);
  const rule: AliasRuleOf = {
    name: input.Name ?? '',
    functionVersion: input.FunctionVersion,
    description: input.Description,
    weights: input.RoutingConfig === undefined ? undefined : (input.RoutingConfig.AdditionalVersionWeights ?? {}),
    revisionId: 'RevisionId' in input ? input.RevisionId : undefined,
  };
  if (qualifier !== undefined && qualifier !== '$LATEST') throw functionNotFound(record, functionName, qualifier);
  let result: AliasChange | undefined;
  const changed = await changeFunction(services, call, functionName, (current, context) => {
    result = change(current, rule, context);
    return result.record;
  });
  services.provisioned.reconcile(record, changed);
  return result === undefined ? {} : describeAlias(changed, result.alias);
}

/** A missing function is reported with the version that the alias was to point to. */
function findAliased(services: ApiServices, call: ApiCall, input: CreateAliasRequest | UpdateAliasRequest) {
  const { scope, functionName, record } = lookUpFunction(services, call, input);
  if (record === undefined && input.FunctionVersion !== undefined) {
    throw functionNotFound(scope, functionName, input.FunctionVersion);
  }
  return findFunction(services, call, input.FunctionName);
}

function listAliases(services: ApiServices, input: ListAliasesRequest, call: ApiCall) {
  const { record } = findFunction(services, call, input.FunctionName);
  const version = input.FunctionVersion;
  const aliases = Object.values(record.aliases)
    .filter(
      (alias) =>
        version === undefined || alias.FunctionVersion === version || version in (alias.AdditionalVersionWeights ?? {}),
    )
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  const page = paginate(aliases, (alias) => alias.Name, input);
  return { Aliases: page.items.map((alias) => describeAlias(record, alias)), NextMarker: page.nextMarker };
}
