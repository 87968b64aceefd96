import type {
  AddLayerVersionPermissionRequest,
  AddPermissionRequest,
  GetLayerVersionPolicyRequest,
  GetPolicyRequest,
  RemoveLayerVersionPermissionRequest,
  RemovePermissionRequest,
} from '@aws-sdk/client-lambda';
import { functionArn, layerVersionArn } from '../../../lambda/arn.js';
import { invalidParameter, notFound } from '../../core/catalog/api-error.js';
import { lookup } from '../../core/catalog/lookup.js';
import {
  addLayerPermission,
  addPermission,
  describePolicy,
  policyDocument,
  removeLayerPermission,
  removePermission,
} from '../../core/catalog/policies.js';
import type { LayerRecord, LayerVersionRecord, PolicyStatement, RuleContext } from '../../core/catalog/records.js';
import { recordKey } from '../../store/state-directory.js';
import { changeFunction, findFunction, lookUpFunction } from '../function-records.js';
import { lookUpLayer } from '../layer-records.js';
import { type ApiCall, type ApiServices, type Handlers, handler, ruleContext } from '../services.js';

const MISSING = 'The resource you requested does not exist.';

/** Resource-based policies of functions and layer versions. */
export function policyHandlers(services: ApiServices): Handlers {
  return { ...functionPolicies(services), ...layerPolicies(services) };
}

function functionPolicies(services: ApiServices): Handlers {
  return {
    AddPermission: handler<AddPermissionRequest>((input, call) => add(services, input, call)),
    GetPolicy: handler<GetPolicyRequest>((input, call) => {
      const { record, qualifier } = lookUpFunction(services, call, input);
      const policy = record === undefined ? undefined : describePolicy(record, qualifier);
      if (policy === undefined) throw notFound(MISSING);
      return policy;
    }),
    RemovePermission: handler<RemovePermissionRequest>(async (input, call) => {
      const { scope, functionName, qualifier, record } = lookUpFunction(services, call, input);
      if (record === undefined) {
        throw notFound(`No policy found for: ${functionArn(scope, functionName, qualifier)}`);
      }
      const rule = { statementId: input.StatementId ?? '', revisionId: input.RevisionId };
      await changeFunction(services, call, functionName, (current, context) =>
        removePermission(current, qualifier, rule, context),
      );
      return {};
    }),
  };
}

async function add(services: ApiServices, input: AddPermissionRequest, call: ApiCall) {
  const { functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
  const rule = {
    statementId: input.StatementId ?? '',
    action: input.Action ?? '',
    principal: input.Principal ?? '',
    sourceArn: input.SourceArn,
    sourceAccount: input.SourceAccount,
    principalOrgId: input.PrincipalOrgID,
    eventSourceToken: input.EventSourceToken,
    functionUrlAuthType: input.FunctionUrlAuthType,
    invokedViaFunctionUrl: input.InvokedViaFunctionUrl,
    revisionId: input.RevisionId,
  };
  let statement: PolicyStatement | undefined;
  await changeFunction(services, call, functionName, (current, context) => {
    const added = addPermission(current, qualifier, rule, context);
    statement = added.statement;
    return added.record;
  });
  return { Statement: JSON.stringify(statement) };
}

function layerPolicies(services: ApiServices): Handlers {
  return {
    AddLayerVersionPermission: handler<AddLayerVersionPermissionRequest>(async (input, call) => {
      const rule = {
        statementId: input.StatementId ?? '',
        action: input.Action ?? '',
        principal: input.Principal ?? '',
        principalOrgId: input.OrganizationId,
        revisionId: input.RevisionId,
      };
      let statement: PolicyStatement | undefined;
      const version = await changeVersion(services, call, input, (layer, current, context) => {
        const added = addLayerPermission(layer, current, rule, context);
        statement = added.statement;
        return added.version;
      });
      return { Statement: JSON.stringify(statement), RevisionId: version.policy?.RevisionId };
    }),
    GetLayerVersionPolicy: handler<GetLayerVersionPolicyRequest>((input, call) => {
      const { version } = findVersion(services, call, input);
      if (version.policy === undefined) throw notFound('No policy is associated with the given resource.');
      return { Policy: policyDocument(version.policy.statements), RevisionId: version.policy.RevisionId };
    }),
    RemoveLayerVersionPermission: handler<RemoveLayerVersionPermissionRequest>(async (input, call) => {
      const rule = { statementId: input.StatementId ?? '', revisionId: input.RevisionId };
      await changeVersion(services, call, input, (_, current, context) =>
        removeLayerPermission(current, rule, context),
      );
      return {};
    }),
  };
}

interface VersionInput {
  readonly LayerName?: string | undefined;
  readonly VersionNumber?: number | undefined;
}

function findVersion(services: ApiServices, call: ApiCall, input: VersionInput) {
  const { layerName, scope, record: layer } = lookUpLayer(services, call, input.LayerName);
  const number = input.VersionNumber ?? 0;
  if (number < 1) throw invalidParameter('Layer Version Cannot be less than 1');
  const version = lookup(layer?.versions, number);
  if (layer === undefined || version === undefined) {
    throw notFound(`Layer version ${layerVersionArn(scope, layerName, number)} does not exist.`);
  }
  return { layer, version };
}

async function changeVersion(
  services: ApiServices,
  call: ApiCall,
  input: VersionInput,
  change: (layer: LayerRecord, version: LayerVersionRecord, context: RuleContext) => LayerVersionRecord,
): Promise<LayerVersionRecord> {
  const { layer: found, version: before } = findVersion(services, call, input);
  let changed = before;
  await services.state.layers.update(recordKey(call.region, found.layerName), (current) => {
    const layer = current ?? found;
    changed = change(layer, lookup(layer.versions, before.Version) ?? before, ruleContext(services, call));
    return { ...layer, versions: { ...layer.versions, [changed.Version]: changed } };
  });
  return changed;
}
