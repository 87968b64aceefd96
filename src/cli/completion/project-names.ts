import path from 'node:path';
import { findConfigFile } from '../../config/find-config-file.js';
import { parseConfigDocument } from '../../config/parse-config-document.js';
import { isMapping, valueAt } from '../../config/value-path.js';
import { LOG_LEVELS } from '../../lambda/log-line.js';
import { RUNTIMES } from '../../lambda/runtimes.js';
import { environmentVariable, workingFolder } from '../../system/environment-variables.js';
import { readdir, readTextIfExists } from '../../system/files.js';
import type { NameKind } from './complete-words.js';

/** The names of a kind, from files alone: completion must not wait for a network. Empty where there are none. */
export async function projectNames(kind: NameKind, words: readonly string[]): Promise<readonly string[]> {
  if (kind === 'runtime') return RUNTIMES.map(({ id }) => id);
  if (kind === 'profile') return profileNames();
  if (kind === 'template') {
    const { listTemplates } = await import('../../scaffold/list-templates.js');
    return (await listTemplates()).map(({ name }) => name);
  }
  if (kind === 'level') return LOG_LEVELS;
  if (kind === 'event') return eventNames();
  const data = await readProject(words);
  if (kind === 'alias') return aliasNames(data);
  const keys = valueAt(data, [`${kind}s`]);
  return isMapping(keys) ? Object.keys(keys) : [];
}

/** The events of the project, which stand beside its file, and the samples. */
async function eventNames(): Promise<readonly string[]> {
  const { SAMPLE_EVENTS } = await import('../../lambda/sample-events/index.js');
  const file = findConfigFile(workingFolder());
  const folder = path.join(file === undefined ? workingFolder() : path.dirname(file), 'events');
  const own = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  return [...new Set([...own.map((name) => name.slice(0, -'.json'.length)), ...SAMPLE_EVENTS.map(({ name }) => name)])];
}

/** The project file as it stands: half-written ones are completed too, as far as they can be parsed. */
async function readProject(words: readonly string[]): Promise<unknown> {
  const named = words[words.indexOf('--config') + 1];
  const file =
    words.includes('--config') && named !== undefined ? path.resolve(named) : findConfigFile(workingFolder());
  const text = file === undefined ? undefined : await readTextIfExists(file);
  return file === undefined || text === undefined ? {} : (await parseConfigDocument(file, text)).data;
}

function aliasNames(data: unknown): readonly string[] {
  const functions = valueAt(data, ['functions']);
  const settings = [valueAt(data, ['defaults']), ...(isMapping(functions) ? Object.values(functions) : [])];
  const names = settings.map((one) => (isMapping(one) ? one.alias : undefined));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** The profiles of the shared AWS config files (AWS SDKs and tools reference, "Shared config and credentials files"). */
async function profileNames(): Promise<readonly string[]> {
  const home = environmentVariable('HOME') ?? environmentVariable('USERPROFILE') ?? '';
  const files = [
    environmentVariable('AWS_CONFIG_FILE') ?? path.join(home, '.aws', 'config'),
    environmentVariable('AWS_SHARED_CREDENTIALS_FILE') ?? path.join(home, '.aws', 'credentials'),
  ];
  const texts = await Promise.all(files.map((file) => readTextIfExists(file)));
  const names = texts.flatMap((text) => [...(text ?? '').matchAll(/^\s*\[(?:profile\s+)?([^\]\s]+)\]/gm)]);
  return [...new Set(names.map((match) => match[1] ?? ''))];
}
