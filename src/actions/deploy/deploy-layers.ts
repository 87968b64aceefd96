import type { Project } from '../../config/load-project.js';
import type { ResolvedFunction } from '../../config/resolve-function.js';
import type { ActionContext } from '../action-context.js';
import { publishLayer } from '../layers.js';

/**
 * Publishes the layers of the project that the functions use, before the functions; a layer whose
 * content is unchanged keeps its version. Answers the version ARN of each by its key.
 */
export async function deployLayers(
  functions: readonly ResolvedFunction[],
  project: Project,
  { isDryRun, context }: { readonly isDryRun: boolean; readonly context: ActionContext },
): Promise<Readonly<Record<string, string>>> {
  const used = new Set(functions.flatMap(({ config }) => config.layers ?? []));
  const arns: Record<string, string> = {};
  for (const key of project.layerKeys.filter((layer) => used.has(layer))) {
    const { layerVersionArn, layerName } = await publishLayer({ layer: key, isForced: false, isDryRun }, context);
    arns[key] = layerVersionArn || `(new version of layer ${layerName})`;
  }
  return arns;
}
