import { readTextIfExists, writeFileAtomically } from '../../system/files.js';
import type { CheckpointStore } from './event-source-ports.js';

/** Checkpoints of all mappings in one small JSON file. A damaged file counts as empty: shards begin anew. */
export function createFileCheckpoints(file: string): CheckpointStore {
  let loaded: Promise<Record<string, string>> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const all = () => {
    loaded ??= readCheckpoints(file);
    return loaded;
  };
  return {
    async load(mappingId, shardId) {
      return (await all())[`${mappingId}/${shardId}`];
    },
    async save(mappingId, shardId, sequenceNumber) {
      const checkpoints = await all();
      checkpoints[`${mappingId}/${shardId}`] = sequenceNumber;
      // One after the other, or an older state could replace a newer one.
      writing = writing.catch(() => undefined).then(() => writeFileAtomically(file, JSON.stringify(checkpoints)));
      await writing;
    },
  };
}

async function readCheckpoints(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse((await readTextIfExists(file)) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}
