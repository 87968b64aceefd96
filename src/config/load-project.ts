import path from 'node:path';
import { LambdakitError } from '../errors/lambdakit-error.js';
import { environmentVariables } from '../system/environment-variables.js';
import { readTextIfExists } from '../system/quick-files.js';
import { checkedMark } from './checked-mark.js';
import { closestName } from './closest-name.js';
import type { ConfigDocument } from './config-document.js';
import { findConfigFile } from './find-config-file.js';
import type { FunctionConfigInput } from './function-schema.js';
import { interpolate, type RemoteResolver } from './interpolate.js';
import { type LayeredValues, layerValues, type ValueLayer, type ValueSource } from './layered-values.js';
import { parseConfigDocument } from './parse-config-document.js';
import { formatPath, isMapping, type ValuePath, valueAt } from './value-path.js';

/** What was given on the command line; the strongest of all sources. */
export interface ProjectFlags {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** Laid over every function that is resolved. */
  readonly function?: Partial<FunctionConfigInput> | undefined;
}

export interface LoadProjectOptions {
  /** Where the search for a project file starts. */
  readonly folder: string;
  /** The project file itself; then nothing is searched. */
  readonly configFile?: string | undefined;
  readonly stage?: string | undefined;
  readonly flags?: ProjectFlags;
  readonly resolveRemote?: RemoteResolver;
  readonly signal?: AbortSignal;
  /** Default: the variables of our own process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A project file that was read and checked; functions are resolved from it one by one. */
export interface Project {
  /** Absent when there is no project file: flags alone describe the function. */
  readonly file: string | undefined;
  /** Paths of the project are relative to this folder. */
  readonly folder: string;
  readonly service: string | undefined;
  readonly stage: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly functionKeys: readonly string[];
  readonly layerKeys: readonly string[];
  readonly stageNames: readonly string[];
  /** Where service, region or profile comes from. */
  sourceOf(key: 'service' | 'region' | 'profile'): ValueSource | undefined;
  readonly document: ConfigDocument | undefined;
  readonly options: LoadProjectOptions;
}

/**
 * Finds, reads and checks the project file. References (`${…}`) in functions stay as they are until
 * a function is resolved, so that a missing value of one function does not stop work on another.
 * @throws LambdakitError `config-not-found` (a named file is not there), `config-invalid`.
 */
export async function loadProject(options: LoadProjectOptions): Promise<Project> {
  const environment = options.environment ?? environmentVariables();
  const configFile = options.configFile ?? (environment.LAMBDAKIT_CONFIG || undefined);
  const file = configFile === undefined ? findConfigFile(options.folder) : path.resolve(options.folder, configFile);
  const document = file === undefined ? undefined : await readDocument(file, options.folder);
  const stage = options.stage ?? (environment.LAMBDAKIT_STAGE || undefined);
  const data = (document?.data ?? {}) as Readonly<Record<string, unknown>>;
  const stageNames = keysOf(data.stages);
  if (stage !== undefined && stageNames.length > 0) refuseUnknownStage(stage, stageNames);
  const folder = file === undefined ? path.resolve(options.folder) : path.dirname(file);
  const values = projectValues(data, stage, environment, options.flags ?? {});
  const interpolated = await interpolate(values.data, {
    folder,
    stage,
    environment,
    resolveRemote: options.resolveRemote,
    signal: options.signal,
    placeOf: (at) => describeSource(sourceOf(values, at, document)),
  });
  const text = (key: string) => (valueAt(interpolated, [key]) as string | undefined) || undefined;
  return {
    file,
    folder,
    service: text('service'),
    stage,
    region: text('region'),
    profile: text('profile'),
    functionKeys: keysOf(data.functions),
    layerKeys: keysOf(data.layers),
    stageNames,
    sourceOf: (key) => (text(key) === undefined ? undefined : sourceOf(values, [key], document)),
    document,
    options: { ...options, environment },
  };
}

async function readDocument(file: string, folder: string): Promise<ConfigDocument> {
  const shownFile = path.relative(folder, file) || file;
  const text = await readTextIfExists(file);
  if (text === undefined) {
    throw new LambdakitError('config-not-found', `there is no project file ${file}`, {
      hint: 'Name an existing file with --config, or run lambdakit scaffold to make a project.',
    });
  }
  const document = await parseConfigDocument(shownFile, text);
  const positionOf = (at: ValuePath, part: 'key' | 'value') => {
    const position = document.positionOf(at, part);
    return position && { file: shownFile, ...position };
  };
  const mark = checkedMark('project', document.data);
  if (mark.isSet()) return document;
  // The schema library takes as long to load as the rest of a small command.
  const [{ projectSchema }, { validate }] = await Promise.all([import('./project-schema.js'), import('./validate.js')]);
  validate(projectSchema, document.data, { positionOf, allowReferences: true });
  mark.set();
  return document;
}

function refuseUnknownStage(stage: string, names: readonly string[]): void {
  if (names.includes(stage)) return;
  const meant = closestName(stage, names);
  throw new LambdakitError('config-invalid', `the project has no stage "${stage}"`, {
    hint: meant === undefined ? `Its stages are ${names.join(', ')}.` : `Did you mean "${meant}"?`,
  });
}

function projectValues(
  data: Readonly<Record<string, unknown>>,
  stage: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  flags: ProjectFlags,
): LayeredValues {
  const pick = (from: unknown) => (isMapping(from) ? { region: from.region, profile: from.profile } : {});
  const variable = (key: string, names: readonly string[]): ValueLayer[] => {
    const name = names.find((candidate) => environment[candidate]);
    return name === undefined ? [] : [{ from: 'environment', name, data: { [key]: environment[name] } }];
  };
  return layerValues([
    { from: 'defaults', data: { service: data.service, ...pick(data) }, base: [] },
    ...(stage === undefined
      ? []
      : [
          {
            from: 'stage' as const,
            name: stage,
            data: pick(valueAt(data, ['stages', stage])),
            base: ['stages', stage],
          },
        ]),
    ...variable('region', ['LAMBDAKIT_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']),
    ...variable('profile', ['LAMBDAKIT_PROFILE', 'AWS_PROFILE']),
    { from: 'flag', data: { region: flags.region, profile: flags.profile } },
  ]);
}

/** The origin of a layered value, with its place where it stands in the project file. */
export function sourceOf(
  values: LayeredValues,
  at: ValuePath,
  document: ConfigDocument | undefined,
  part: 'key' | 'value' = 'value',
): ValueSource | undefined {
  const layer = values.layerOf(at);
  if (layer === undefined) return undefined;
  const position = layer.base === undefined ? undefined : document?.positionOf([...layer.base, ...at], part);
  return {
    from: layer.from,
    ...(layer.name !== undefined && { name: layer.name }),
    ...(position !== undefined && document !== undefined && { file: document.file, ...position }),
  };
}

/** `lambdakit.json:12:7`, or the kind of source where the value does not stand in the project file. */
export function describeSource(source: ValueSource | undefined): string {
  if (source === undefined) return 'configuration';
  if (source.file !== undefined) return `${source.file}:${source.line}:${source.column}`;
  return source.name === undefined ? source.from : `${source.from} ${source.name}`;
}

function keysOf(value: unknown): readonly string[] {
  return isMapping(value) ? Object.keys(value) : [];
}

/** Names a value the way the project file does, for messages. */
export function nameInFile(values: LayeredValues, at: ValuePath, fallbackBase: ValuePath): string {
  return formatPath([...(values.layerOf(at)?.base ?? fallbackBase), ...at]);
}
