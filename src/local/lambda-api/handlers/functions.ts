import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  ListFunctionsRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { functionArn } from '../../../lambda/arn.js';
import { parseFunctionReference } from '../../../lambda/function-name.js';
import { qualifierKind } from '../../../lambda/qualifier.js';
import { conflict, invalidParameter } from '../../core/catalog/api-error.js';
import { checkNewName, checkNewSettings, createFunction } from '../../core/catalog/create-function.js';
import { type Described, describeForList, describeVersion } from '../../core/catalog/describe-function.js';
import { requireVersion, resolveAddress } from '../../core/catalog/function-address.js';
import { resolveLayers } from '../../core/catalog/layers.js';
import { checkNewPackage } from '../../core/catalog/package-type-rules.js';
import { paginate } from '../../core/catalog/paginate.js';
import { deleteVersion, publishVersion } from '../../core/catalog/publish-version.js';
import type { FunctionRecord, LayerUse, VersionRecord } from '../../core/catalog/records.js';
import { updateCode, updateConfiguration } from '../../core/catalog/update-function.js';
import { settleFunction } from '../../core/catalog/version-state.js';
import { createCodeSweeper } from '../../store/code-sweeper.js';
import { functionsOf, recordKey } from '../../store/state-directory.js';
import type { CodeLocations } from '../code-location.js';
import { requireCodeSigningConfig } from '../code-signing-records.js';
import { requireCodeStorage } from '../code-storage.js';
import { changeFunction, findFunction } from '../function-records.js';
import { resolvedImageUri, takePackage } from '../package-source.js';
import { type ApiCall, type ApiServices, type Handlers, handler, ruleContext } from '../services.js';
import { checkTags } from '../tag-rules.js';

/** CreateFunction, GetFunction, UpdateFunctionCode and their relatives. */
export function functionHandlers(services: ApiServices, locations: CodeLocations): Handlers {
  const sweeper = createCodeSweeper(services.state, services.now);
  return {
    CreateFunction: handler<CreateFunctionRequest>((input, call) => create(services, input, call)),
    GetFunction: handler<GetFunctionRequest>((input, call) => get(services, locations, input, call)),
    GetFunctionConfiguration: handler<GetFunctionConfigurationRequest>((input, call) => {
      const { record, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
      return describeVersion(record, requireVersion(record, qualifier).version, { qualifier });
    }),
    ListFunctions: handler<ListFunctionsRequest>((input, call) => list(services, input, call)),
    UpdateFunctionCode: handler<UpdateFunctionCodeRequest>(async (input, call) => {
      const answer = await replaceCode(services, input, call);
      await sweeper.sweep();
      return answer;
    }),
    UpdateFunctionConfiguration: handler<UpdateFunctionConfigurationRequest>((input, call) =>
      changeConfiguration(services, input, call),
    ),
    DeleteFunction: handler<DeleteFunctionRequest>((input, call) => remove(services, input, call)),
  };
}

async function create(services: ApiServices, input: CreateFunctionRequest, call: ApiCall): Promise<Described> {
  const context = ruleContext(services, call);
  if (parseFunctionReference(input.FunctionName ?? '')?.accountId === undefined) checkNewName(input.FunctionName ?? '');
  const { functionName } = resolveAddress(input.FunctionName ?? '', undefined, context);
  // What the request says of itself is looked at before what it speaks of, the runtime first (recorded from AWS).
  checkNewSettings(functionName, input);
  checkNewPackage(input.PackageType === 'Image' ? 'Image' : 'Zip', input, input.Code ?? {});
  const key = recordKey(call.region, functionName);
  const refuseExisting = (current: FunctionRecord | undefined) => {
    if (current !== undefined) throw conflict(`Function already exist: ${functionName}`);
  };
  refuseExisting(services.state.functions.get(key));
  const tags = input.Tags ?? {};
  checkTags(tags);
  requireCodeSigningConfig(services, call, input.CodeSigningConfigArn);
  const layers = layersOf(services, call, input.Layers) ?? [];
  const code = await takePackage(services, call, input.Code ?? {});
  requireCodeStorage(services, call.region, code.CodeSize * (input.Publish === true ? 2 : 1));
  const rule = {
    ...input,
    functionName,
    code,
    layers,
    tags,
    publish: input.Publish === true,
    codeSigningConfigArn: input.CodeSigningConfigArn,
  };
  const record = await services.state.functions.update(key, (current) => {
    refuseExisting(current);
    return createFunction(rule, context);
  });
  if (record === undefined) throw conflict(`Function already exist: ${functionName}`);
  return describeVersion(record, input.Publish === true ? (record.versions['1'] ?? record.latest) : record.latest);
}

function get(services: ApiServices, locations: CodeLocations, input: GetFunctionRequest, call: ApiCall): Described {
  const { record, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
  const { version } = requireVersion(record, qualifier);
  const { reservedConcurrency, tags } = record;
  return {
    Configuration: describeVersion(record, version, { qualifier }),
    Code: describeCode(locations, version, call),
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
    ...(reservedConcurrency !== undefined && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  };
}

function describeCode(locations: CodeLocations, { code }: VersionRecord, call: ApiCall): Described {
  if (code.ImageUri !== undefined) {
    return {
      RepositoryType: 'ECR',
      ImageUri: code.ImageUri,
      ResolvedImageUri: resolvedImageUri(code.ImageUri, code.CodeSha256),
    };
  }
  const { SourceKMSKeyArn, ResolvedS3Object } = code;
  return {
    RepositoryType: 'S3',
    Location: locations.locate(call.endpoint, code.CodeSha256),
    ...(SourceKMSKeyArn !== undefined && { SourceKMSKeyArn }),
    ...(ResolvedS3Object !== undefined && { ResolvedS3Object }),
  };
}

function list(services: ApiServices, input: ListFunctionsRequest, call: ApiCall): Described {
  const now = services.now();
  const records = functionsOf(services.state, call.region).map((record) => settleFunction(record, now));
  const items = records.flatMap((record) => {
    if (input.FunctionVersion !== 'ALL') return [describeForList(record, record.latest)];
    const versions = Object.values(record.versions).sort((a, b) => Number(a.Version) - Number(b.Version));
    return [record.latest, ...versions].map((version) =>
      describeForList(record, version, { qualifier: version.Version }),
    );
  });
  const page = paginate(items, (item) => String(item.FunctionArn), input);
  return { Functions: page.items, NextMarker: page.nextMarker };
}

async function replaceCode(services: ApiServices, input: UpdateFunctionCodeRequest, call: ApiCall): Promise<Described> {
  const { record, functionName } = findUnqualified(services, call, input.FunctionName);
  if (input.ImageUri === undefined && record.latest.settings.PackageType === 'Image') {
    throw invalidParameter('Please provide ImageUri when updating a function with packageType Image.');
  }
  const rule = {
    code: await takePackage(services, call, input),
    architectures: input.Architectures,
    revisionId: input.RevisionId,
  };
  if (input.DryRun === true) {
    const preview = updateCode(record, rule, ruleContext(services, call));
    const { transition: _transition, ...latest } = preview.latest;
    return describeVersion(preview, { ...latest, RevisionId: record.latest.RevisionId });
  }
  const changed = await changeFunction(services, call, functionName, (current, context) => {
    const updated = updateCode(current, rule, context);
    const published = input.Publish === true ? publishVersion(updated, {}, context).record : updated;
    const versionBytes = published.lastVersion > current.lastVersion ? rule.code.CodeSize : 0;
    requireCodeStorage(services, call.region, rule.code.CodeSize - current.latest.code.CodeSize + versionBytes);
    return published;
  });
  retireLatest(services, changed);
  const published = input.Publish === true ? changed.versions[changed.lastVersion] : undefined;
  return describeVersion(changed, published ?? changed.latest, { qualifier: published?.Version });
}

async function changeConfiguration(
  services: ApiServices,
  input: UpdateFunctionConfigurationRequest,
  call: ApiCall,
): Promise<Described> {
  const { functionName } = findUnqualified(services, call, input.FunctionName);
  const rule = {
    ...input,
    layers: layersOf(services, call, input.Layers),
    revisionId: input.RevisionId,
  };
  const changed = await changeFunction(services, call, functionName, (current, context) =>
    updateConfiguration(current, rule, context),
  );
  retireLatest(services, changed);
  return describeVersion(changed, changed.latest);
}

async function remove(services: ApiServices, input: DeleteFunctionRequest, call: ApiCall): Promise<Described> {
  const { record, functionName, qualifier } = findFunction(services, call, input.FunctionName, input.Qualifier);
  if (qualifier === '$LATEST') {
    throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
  }
  if (qualifierKind(qualifier) === 'alias') throw invalidParameter('Deletion of aliases is not currently supported.');
  const arn = functionArn(record, functionName);
  if (qualifier !== undefined) {
    await changeFunction(services, call, functionName, (current) => deleteVersion(current, qualifier));
    services.dispatcher.retire(arn, qualifier);
    return { StatusCode: 204 };
  }
  await services.state.functions.update(recordKey(call.region, functionName), () => undefined);
  services.provisioned.reconcile(record, undefined);
  for (const version of ['$LATEST', ...Object.keys(record.versions)]) services.dispatcher.retire(arn, version);
  return { StatusCode: 204 };
}

/** The operations on `$LATEST` accept a qualifier in the name only when it says just that. */
function findUnqualified(services: ApiServices, call: ApiCall, name: string | undefined) {
  const found = findFunction(services, call, name);
  if (found.qualifier !== undefined && found.qualifier !== '$LATEST') {
    requireVersion(found.record, found.qualifier);
    throw invalidParameter(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    );
  }
  return found;
}

function retireLatest(services: ApiServices, record: FunctionRecord): void {
  services.dispatcher.retire(functionArn(record, record.functionName), '$LATEST', record.latest.configurationId);
}

function layersOf(
  services: ApiServices,
  call: ApiCall,
  arns: readonly string[] | undefined,
): readonly LayerUse[] | undefined {
  if (arns === undefined) return undefined;
  return resolveLayers(arns, call.region, (name) => services.state.layers.get(recordKey(call.region, name)));
}
