import type { FilePosition } from './config-document.js';
import { formatPath, isMapping, type ValuePath } from './value-path.js';

/** Where a value comes from, weakest first. */
export const SOURCE_KINDS = ['built-in', 'defaults', 'function', 'stage', 'env-file', 'environment', 'flag'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What is known of the origin of one value. */
export interface ValueSource extends Partial<FilePosition> {
  readonly from: SourceKind;
  /** Name of the environment variable or of the stage. */
  readonly name?: string;
  readonly file?: string;
}

/** One layer of configuration; a later layer of a list is stronger. */
export interface ValueLayer {
  readonly from: SourceKind;
  readonly name?: string;
  readonly data: unknown;
  /** Where `data` stands in the project file; absent when it does not. */
  readonly base?: ValuePath;
}

export interface LayeredValues {
  readonly data: Readonly<Record<string, unknown>>;
  /** The layer that set the value at `path`, or the nearest value above it. */
  layerOf(path: ValuePath): ValueLayer | undefined;
}

/**
 * Lays mappings over one another: mappings are merged key by key at every depth, lists and plain
 * values of a stronger layer replace those of a weaker one. A value `undefined` says nothing.
 */
export function layerValues(layers: readonly ValueLayer[]): LayeredValues {
  const origins = new Map<string, ValueLayer>();
  let data: unknown = {};
  for (const layer of layers) data = overlay(data, layer.data, layer, [], origins);
  return {
    data: data as Record<string, unknown>,
    layerOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const layer = origins.get(formatPath(path.slice(0, length)));
        if (layer !== undefined) return layer;
      }
      return undefined;
    },
  };
}

function overlay(
  below: unknown,
  above: unknown,
  layer: ValueLayer,
  path: ValuePath,
  origins: Map<string, ValueLayer>,
): unknown {
  if (above === undefined) return below;
  if (path.length > 0) origins.set(formatPath(path), layer);
  if (!isMapping(above)) return above;
  const merged: Record<string, unknown> = isMapping(below) ? { ...below } : {};
  for (const [key, value] of Object.entries(above)) {
    merged[key] = overlay(merged[key], value, layer, [...path, key], origins);
  }
  return merged;
}
