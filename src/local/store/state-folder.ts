import path from 'node:path';
import { LambdakitError } from '../../errors/lambdakit-error.js';
import { LIMITS } from '../../lambda/limits.js';
import { mkdir, readTextIfExists, writeFileAtomically } from '../../system/files.js';
import type {
  CodeSigningConfigRecord,
  EventSourceMappingRecord,
  FunctionRecord,
  LayerRecord,
} from '../core/catalog/records.js';
import { openCodeStore } from './code-store.js';
import { claimedCode } from './code-sweeper.js';
import { openRecordStore } from './record-store.js';
import type { ServiceState } from './service-state.js';

/** Grows when an older product could not read what a newer one wrote. */
const SCHEMA_VERSION = 1;

/**
 * Opens the state of the local service; an empty folder is an empty state. The caller holds the lock.
 * @throws LambdakitError `state-damaged` when a newer product wrote it or a file cannot be read
 */
export async function openServiceState(folder: string): Promise<ServiceState> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkSchema(path.join(folder, 'schema.json'));
  const [functions, layers, eventSourceMappings, codeSigningConfigs, code] = await Promise.all([
    openRecordStore<FunctionRecord>(path.join(folder, 'functions')),
    openRecordStore<LayerRecord>(path.join(folder, 'layers')),
    openRecordStore<EventSourceMappingRecord>(path.join(folder, 'event-source-mappings')),
    openRecordStore<CodeSigningConfigRecord>(path.join(folder, 'code-signing-configs')),
    openCodeStore(path.join(folder, 'code'), LIMITS.unzippedBytes),
  ]);
  const state = { functions, layers, eventSourceMappings, codeSigningConfigs, code };
  await code.sweep(claimedCode(state));
  return state;
}

async function checkSchema(file: string): Promise<void> {
  const text = await readTextIfExists(file);
  if (text === undefined) {
    await writeFileAtomically(file, JSON.stringify({ version: SCHEMA_VERSION }), { mode: 0o600 });
    return;
  }
  const version: unknown = (JSON.parse(text) as { version?: unknown }).version;
  if (typeof version === 'number' && version <= SCHEMA_VERSION) return;
  throw new LambdakitError('state-damaged', `${file} was written by a newer lambdakit (state version ${version})`, {
    hint: 'Update lambdakit, or start from nothing with "lambdakit local reset".',
  });
}
