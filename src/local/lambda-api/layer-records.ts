import { type ArnScope, parseLayerArn } from '../../lambda/arn.js';
import type { LayerRecord } from '../core/catalog/records.js';
import { recordKey } from '../store/state-directory.js';
import type { ApiCall, ApiServices } from './services.js';

/** A layer as a request names it, whether it is there or not. */
export interface NamedLayer {
  readonly layerName: string;
  /** Whose layer it is, and where: the caller's own for a bare name. */
  readonly scope: ArnScope;
  /** False where an ARN speaks of another region or account, in which there is nothing. */
  readonly isLocal: boolean;
  readonly record: LayerRecord | undefined;
}

/** Looks for the layer behind a name, the ARN of a layer or that of a layer version. */
export function lookUpLayer(
  services: ApiServices,
  call: Pick<ApiCall, 'region'>,
  nameOrArn: string | undefined = '',
): NamedLayer {
  const local = { region: call.region, accountId: services.accountId };
  const { layerName, ...scope } = parseLayerArn(nameOrArn) ?? { ...local, layerName: nameOrArn };
  const isLocal = scope.region === local.region && scope.accountId === local.accountId;
  const record = isLocal ? services.state.layers.get(recordKey(call.region, layerName)) : undefined;
  return { layerName, scope, isLocal, record };
}
