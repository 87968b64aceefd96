import type {
  DeleteLayerVersionRequest,
  GetLayerVersionByArnRequest,
  GetLayerVersionRequest,
  ListLayersRequest,
  ListLayerVersionsRequest,
  PublishLayerVersionRequest,
} from '@aws-sdk/client-lambda';
import { layerArn, parseLayerArn } from '../../../lambda/arn.js';
import { invalidParameter, notFound } from '../../core/catalog/api-error.js';
import type { Described } from '../../core/catalog/describe-function.js';
import {
  deleteLayerVersion,
  describeLayerContent,
  describeLayerVersion,
  type LayerChange,
  matchingVersions,
  publishLayerVersion,
  requireLayerVersion,
} from '../../core/catalog/layers.js';
import { paginate } from '../../core/catalog/paginate.js';
import type { LayerRecord, LayerVersionRecord } from '../../core/catalog/records.js';
import { recordKey } from '../../store/state-directory.js';
import type { CodeLocations } from '../code-location.js';
import { requireCodeStorage } from '../code-storage.js';
import { lookUpLayer } from '../layer-records.js';
import { takePackage } from '../package-source.js';
import { type ApiCall, type ApiServices, type Handlers, handler, ruleContext } from '../services.js';

/** PublishLayerVersion, ListLayers and their relatives. */
export function layerHandlers(services: ApiServices, locations: CodeLocations): Handlers {
  const show = ({ record, version }: LayerChange, call: ApiCall) =>
    describeLayerContent(record, version, locations.locate(call.endpoint, version.code.CodeSha256));
  const find = (nameOrArn: string | undefined, call: ApiCall) => lookUpLayer(services, call, nameOrArn).record;
  return {
    PublishLayerVersion: handler<PublishLayerVersionRequest>(async (input, call) =>
      show(await publish(services, input, call), call),
    ),
    GetLayerVersion: handler<GetLayerVersionRequest>((input, call) =>
      show(requireLayerVersion(find(input.LayerName, call), input.VersionNumber ?? 0), call),
    ),
    GetLayerVersionByArn: handler<GetLayerVersionByArnRequest>((input, call) =>
      show(requireLayerVersion(find(input.Arn, call), parseLayerArn(input.Arn ?? '')?.version ?? 0), call),
    ),
    DeleteLayerVersion: handler<DeleteLayerVersionRequest>(async (input, call) => {
      const version = input.VersionNumber ?? 0;
      if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1');
      const { layerName, record } = lookUpLayer(services, call, input.LayerName);
      if (record === undefined) return {};
      await services.state.layers.update(recordKey(call.region, layerName), (current) =>
        current === undefined ? undefined : deleteLayerVersion(current, version),
      );
      return {};
    }),
    ListLayerVersions: handler<ListLayerVersionsRequest>((input, call) => {
      const record = find(input.LayerName, call);
      return record === undefined ? { LayerVersions: [] } : listVersions(record, input);
    }),
    ListLayers: handler<ListLayersRequest>((input, call) => listLayers(services, input, call)),
  };
}

async function publish(services: ApiServices, input: PublishLayerVersionRequest, call: ApiCall): Promise<LayerChange> {
  const { layerName, isLocal } = lookUpLayer(services, call, input.LayerName);
  if (!isLocal) throw notFound('The resource you requested does not exist.');
  const rule = {
    layerName,
    code: await takePackage(services, call, input.Content ?? {}),
    description: input.Description,
    compatibleRuntimes: input.CompatibleRuntimes,
    compatibleArchitectures: input.CompatibleArchitectures,
    licenseInfo: input.LicenseInfo,
  };
  requireCodeStorage(services, call.region, rule.code.CodeSize);
  const context = ruleContext(services, call);
  let change: LayerChange | undefined;
  await services.state.layers.update(recordKey(call.region, layerName), (current) => {
    change = publishLayerVersion(current, rule, context);
    return change.record;
  });
  return change ?? publishLayerVersion(undefined, rule, context);
}

function listVersions(record: LayerRecord, input: ListLayerVersionsRequest): Described {
  const versions = matchingVersions(record, {
    runtime: input.CompatibleRuntime,
    architecture: input.CompatibleArchitecture,
  });
  const page = paginate(versions, (version) => String(version.Version), input);
  return {
    LayerVersions: page.items.map((version) => describeLayerVersion(record, version)),
    NextMarker: page.nextMarker,
  };
}

function listLayers(services: ApiServices, input: ListLayersRequest, call: ApiCall): Described {
  const filter = { runtime: input.CompatibleRuntime, architecture: input.CompatibleArchitecture };
  const layers = services.state.layers
    .values()
    .filter((record) => record.region === call.region)
    .map((record) => ({ record, newest: matchingVersions(record, filter)[0] }))
    .filter((entry): entry is { record: LayerRecord; newest: LayerVersionRecord } => entry.newest !== undefined);
  const page = paginate(layers, ({ record }) => record.layerName, input);
  return {
    Layers: page.items.map(({ record, newest }) => ({
      LayerName: record.layerName,
      LayerArn: layerArn(record, record.layerName),
      LatestMatchingVersion: describeLayerVersion(record, newest),
    })),
    NextMarker: page.nextMarker,
  };
}
