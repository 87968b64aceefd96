import { parentPort, workerData } from 'node:worker_threads';
import { closeSync, openSync } from '../system/files.js';
import { createDeflateTools, type DeflateShare, deflateNextChunk } from './deflate-chunk.js';

/** A thread that takes runs of jobs until none is left. */
function work(share: DeflateShare): void {
  const archive = share.archiveFile === undefined ? undefined : openSync(share.archiveFile, 'r');
  const tools = createDeflateTools(archive);
  try {
    for (let chunk = deflateNextChunk(share, tools); chunk !== undefined; chunk = deflateNextChunk(share, tools)) {
      parentPort?.postMessage(chunk, [chunk.data.buffer]);
    }
  } finally {
    if (archive !== undefined) closeSync(archive);
  }
}

work(workerData as DeflateShare);
