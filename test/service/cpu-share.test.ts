import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invokeOnce } from '../../src/local/index.js';

/** Uses so much processor time, in milliseconds, and says how long that took. */
const BUSY = `export const handler = async ({ ms }) => {
  const start = process.cpuUsage();
  const began = performance.now();
  for (;;) {
    const { user, system } = process.cpuUsage(start);
    if ((user + system) / 1000 >= ms) return performance.now() - began;
  }
};`;

describe.skipIf(process.platform !== 'linux')('the processor share of a function (Linux)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-share-'));
    await writeFile(path.join(folder, 'index.mjs'), BUSY);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(['process', 'namespace'] as const)('is that of its memory, with %s isolation', async (isolation) => {
    const { outcome, report } = await invokeOnce({
      ...{ functionName: 'busy', codeFolder: folder, runtime: 'nodejs24.x', handler: 'index.handler' },
      ...{ payload: Buffer.from('{"ms":150}'), cacheFolder: path.join(folder, 'cache') },
      ...{ memorySizeMb: 256, timeoutSeconds: 30, supervisor: { isolation, sharesProcessor: true } },
    });
    expect(report.status).toBe('success');
    // 150 ms of a processor of which it has 256/1,769; what it uses before it is looked at first is not counted.
    expect(Number(Buffer.from(outcome.payload).toString())).toBeGreaterThan(600);
  });
});
