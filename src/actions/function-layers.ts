import { waitForFunction } from '../aws/wait-for-function.js';
import { parseLayerArn } from '../lambda/arn.js';
import type { ActionContext } from './action-context.js';
import { resolveFunctionTarget } from './function-target.js';
import { newestLayerVersion } from './layers.js';

/** The layers of a function after a change. */
export interface FunctionLayers {
  readonly functionName: string;
  readonly layers: readonly string[];
  readonly outcome: 'attached' | 'detached' | 'unchanged';
}

/** Adds a layer to a function; another version of the same layer is replaced where it stands. */
export async function attachLayer(target: string, layer: string, context: ActionContext): Promise<FunctionLayers> {
  const arn =
    parseLayerArn(layer)?.version === undefined ? (await newestLayerVersion(layer, context)).layerVersionArn : layer;
  return changeLayers(target, context, (present) => {
    const at = present.findIndex((other) => layerOf(other) === layerOf(arn));
    return { layers: at < 0 ? [...present, arn] : present.with(at, arn), outcome: 'attached' };
  });
}

/** Takes a layer away, by its ARN with or without version, or by its name. */
export async function detachLayer(target: string, layer: string, context: ActionContext): Promise<FunctionLayers> {
  const isMeant = (arn: string): boolean =>
    arn === layer || layerOf(arn) === layer || parseLayerArn(arn)?.layerName === layer;
  return changeLayers(target, context, (present) => ({
    layers: present.filter((arn) => !isMeant(arn)),
    outcome: 'detached',
  }));
}

type Change = (present: readonly string[]) => {
  readonly layers: readonly string[];
  readonly outcome: 'attached' | 'detached';
};

async function changeLayers(target: string, context: ActionContext, change: Change): Promise<FunctionLayers> {
  const { functionName } = await resolveFunctionTarget(target, context);
  const calls = await context.lambda();
  const { signal } = context;
  const before = await waitForFunction({ calls, signal, functionName });
  const present = before.Layers?.map(({ Arn }) => Arn ?? '') ?? [];
  const { layers, outcome } = change(present);
  if (layers.join() === present.join()) return { functionName, layers: present, outcome: 'unchanged' };
  await calls.updateFunctionConfiguration({
    FunctionName: functionName,
    Layers: [...layers],
    RevisionId: before.RevisionId,
  });
  await waitForFunction({ calls, signal, functionName });
  return { functionName, layers, outcome };
}

function layerOf(layerVersionArn: string): string {
  return layerVersionArn.replace(/:\d+$/, '');
}
