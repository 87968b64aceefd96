import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isLambdakitError } from '../errors/lambdakit-error.js';
import { closeSync, openSync } from '../system/files.js';
import type { WorkerMessage, WorkerTask } from './deflate-pool.js';
import { createDeflateTools, deflateRun } from './deflate-run.js';
import { RunQueue } from './run-queue.js';

/** A thread that takes runs of jobs until there will be no more. */
function work({ state, archiveFile, program }: WorkerTask): void {
  const port = parentPort;
  if (port === null) return;
  const send = (message: WorkerMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const queue = new RunQueue(state, () => receiveMessageOnPort(port)?.message);
  const archive = archiveFile === undefined ? undefined : openSync(archiveFile, 'r');
  const tools = createDeflateTools(program, archive);
  try {
    for (let run = queue.takeOrWait(); run !== undefined; run = queue.takeOrWait()) {
      const done = deflateRun(run, tools);
      send({ done }, [done.data.buffer, done.facts.buffer]);
    }
  } catch (error) {
    // An error loses its class on the way between threads.
    if (!isLambdakitError(error)) throw error;
    send({ failure: { code: error.code, message: error.message, hint: error.hint } });
  } finally {
    if (archive !== undefined) closeSync(archive);
  }
}

work(workerData as WorkerTask);
