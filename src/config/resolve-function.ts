import { isDeepStrictEqual } from 'node:util';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { checkedMark } from './checked-mark.js';
import { closestName } from './closest-name.js';
import { readEnvFiles } from './env-file.js';
import type { FunctionConfig } from './function-schema.js';
import { interpolate } from './interpolate.js';
import { type LayeredValues, layerValues, type ValueLayer, type ValueSource } from './layered-values.js';
import { describeSource, nameInFile, type Project, sourceOf } from './load-project.js';
import { plainValue } from './plain-value.js';
import type { LayerConfig } from './project-schema.js';
import { type ValuePath, valueAt } from './value-path.js';

/** A function with all its values settled. */
export interface ResolvedFunction {
  /** Key in the project file, or the name given where there is none. */
  readonly key: string;
  readonly functionName: string;
  readonly config: FunctionConfig;
  /** The environment variables, those of `envFile` included. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the value at a path such as ['environment', 'TABLE'] comes from; undefined for a value that nobody set. */
  sourceOf(path: ValuePath): ValueSource | undefined;
}

export interface ResolvedLayer {
  readonly key: string;
  readonly layerName: string;
  readonly config: LayerConfig;
  sourceOf(path: ValuePath): ValueSource | undefined;
}

/**
 * Lays flags over environment variables over the stage over the function over `defaults`, replaces
 * references, and checks the outcome. Without a project file the key is taken as the function name.
 * @throws LambdakitError `config-invalid`; `invalid-input` for a key that the project file does not have.
 */
export async function resolveFunction(project: Project, key: string): Promise<ResolvedFunction> {
  if (project.file !== undefined) refuseUnknownKey('function', key, project.functionKeys);
  const values = layerValues(functionLayers(project, key));
  const config = await settle<FunctionConfig>(project, values, 'function', ['functions', key]);
  refuseUnknownLayers(project, values, config, key);
  const files = await readEnvFiles(project.folder, config.envFile ?? [], () =>
    describeSource(sourceOf(values, ['envFile'], project.document)),
  );
  return {
    key,
    functionName: config.functionName ?? key,
    config,
    environment: { ...files.variables, ...config.environment },
    sourceOf: (path) => {
      const [first, name] = path;
      const isFromFile =
        first === 'environment' && typeof name === 'string' && config.environment?.[name] === undefined;
      const file = isFromFile ? files.fileOf.get(name) : undefined;
      return file === undefined ? sourceOf(values, path, project.document) : { from: 'env-file', file };
    },
  };
}

/** The same for a layer of the project. */
export async function resolveLayer(project: Project, key: string): Promise<ResolvedLayer> {
  refuseUnknownKey('layer', key, project.layerKeys);
  const values = layerValues([
    fileLayer(project, 'function', ['layers', key]),
    ...(project.stage === undefined ? [] : [fileLayer(project, 'stage', ['stages', project.stage, 'layers', key])]),
  ]);
  const config = await settle<LayerConfig>(project, values, 'layer', ['layers', key]);
  return {
    key,
    layerName: config.layerName ?? key,
    config,
    sourceOf: (path) => sourceOf(values, path, project.document),
  };
}

/** Settings of a function that an environment variable may set for the whole run. */
const FUNCTION_VARIABLES: Readonly<Record<string, string>> = {
  role: 'LAMBDAKIT_ROLE',
  runtime: 'LAMBDAKIT_RUNTIME',
  timeout: 'LAMBDAKIT_TIMEOUT',
  memorySize: 'LAMBDAKIT_MEMORY_SIZE',
};

function functionLayers(project: Project, key: string): readonly ValueLayer[] {
  const { stage } = project;
  const variables = Object.entries(FUNCTION_VARIABLES).flatMap(([setting, name]): ValueLayer[] => {
    const value = project.options.environment?.[name];
    return value ? [{ from: 'environment', name, data: { [setting]: plainValue(value) } }] : [];
  });
  return [
    { from: 'built-in', data: { code: '.' } },
    fileLayer(project, 'defaults', ['defaults']),
    fileLayer(project, 'function', ['functions', key]),
    ...(stage === undefined
      ? []
      : [
          fileLayer(project, 'stage', ['stages', stage, 'defaults']),
          fileLayer(project, 'stage', ['stages', stage, 'functions', key]),
        ]),
    ...variables,
    { from: 'flag', data: project.options.flags?.function },
  ];
}

function fileLayer(project: Project, from: ValueLayer['from'], base: ValuePath): ValueLayer {
  const data = valueAt(project.document?.data, base);
  return { from, data, base, ...(from === 'stage' && project.stage !== undefined && { name: project.stage }) };
}

async function settle<Config>(
  project: Project,
  values: LayeredValues,
  kind: 'function' | 'layer',
  base: ValuePath,
): Promise<Config> {
  const { environment = {}, resolveRemote, signal } = project.options;
  const interpolated = await interpolate(values.data, {
    folder: project.folder,
    stage: project.stage,
    environment,
    resolveRemote,
    signal,
    placeOf: (at) => describeSource(sourceOf(values, at, project.document)),
  });
  const mark = checkedMark(kind, interpolated);
  if (mark.isSet()) return interpolated as Config;
  // The schema library takes as long to load as the rest of a small command.
  const { settleConfig } = await import('./settle-config.js');
  const config = settleConfig(kind, interpolated, values.data, {
    positionOf: (at, part) => {
      const { file, line, column } = sourceOf(values, at, project.document, part) ?? {};
      return file === undefined || line === undefined || column === undefined ? undefined : { file, line, column };
    },
    nameOf: (at) => nameInFile(values, at, base),
  });
  // Only what the schema takes as it is needs no schema next time.
  if (isDeepStrictEqual(config, interpolated)) mark.set();
  return config as Config;
}

function refuseUnknownLayers(
  project: Project,
  values: LayeredValues,
  { layers = [] }: FunctionConfig,
  key: string,
): void {
  const unknown = layers.findIndex((layer) => !layer.startsWith('arn:') && !project.layerKeys.includes(layer));
  if (unknown < 0) return;
  const at = ['layers', unknown];
  const name = layers[unknown] ?? '';
  const meant = closestName(name, project.layerKeys);
  const place = describeSource(sourceOf(values, at, project.document));
  throw new LambdakitError(
    'config-invalid',
    `${place}: ${nameInFile(values, at, ['functions', key])}: the project has no layer "${name}"`,
    {
      hint:
        meant === undefined
          ? 'Give the ARN of a layer version, or the key of a layer below "layers" of the project file.'
          : `Did you mean "${meant}"?`,
    },
  );
}

function refuseUnknownKey(what: 'function' | 'layer', key: string, keys: readonly string[]): void {
  if (keys.includes(key)) return;
  const meant = closestName(key, keys);
  const known = keys.length === 0 ? `It has no ${what}s.` : `Its ${what}s are ${keys.join(', ')}.`;
  throw new LambdakitError('invalid-input', `the project file has no ${what} "${key}"`, {
    hint: meant === undefined ? known : `Did you mean "${meant}"?`,
    details: { key, known: keys },
  });
}
