import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectIsolation } from '../../src/local/inspect-machine.js';
import { SpareNamespaces, sparesFolder } from '../../src/local/supervisor/spare-namespaces.js';
import { until } from './supervisor-kit/launch.js';
import { isAlive } from './supervisor-kit/process-list.js';

const { kind, reason } = await inspectIsolation();

describe.skipIf(kind !== 'namespace')(`spare namespaces${reason === undefined ? '' : ` (${reason})`}`, () => {
  const { signal } = new AbortController();
  let workFolder: string;
  let spares: SpareNamespaces;
  beforeEach(async () => {
    workFolder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-spares-'));
    spares = new SpareNamespaces({ workFolder });
  });
  afterEach(async () => {
    await spares.dispose();
    expect(await readdir(sparesFolder(workFolder))).toEqual([]);
    await rm(workFolder, { recursive: true });
  });

  const folders = (): Promise<string[]> => readdir(sparesFolder(workFolder)).catch(() => []);
  const stockUp = async () => {
    const before = await folders();
    spares.stockUpSoon();
    await until(async () => (await folders()).length > before.length);
    return path.join(sparesFolder(workFolder), (await folders()).find((name) => !before.includes(name)) ?? '');
  };

  it('are made when it is quiet, and the next environment takes them', async () => {
    const first = await spares.take(signal);
    const folder = await stockUp();
    const second = await spares.take(signal);
    expect(second.newRoot).toBe(path.join(folder, 'root'));
    expect(await isAlive(second.firstPid)).toBe(true);
    await spares.end(first);
    await spares.end(second);
    expect(await isAlive(second.firstPid)).toBe(false);
  });

  it('end when no environment has been there for a while', async () => {
    const taken = await spares.take(signal);
    await stockUp();
    await spares.end(taken);
    expect(await folders()).toHaveLength(1);
    await until(async () => (await folders()).length === 0);
  });

  it('are made anew when somebody ended them', async () => {
    await stockUp();
    const taken = await spares.take(signal);
    await spares.end(taken);
    const early = new SpareNamespaces({ workFolder, early: Promise.resolve(taken) });
    const other = await early.take(signal);
    expect(other.firstPid).not.toBe(taken.firstPid);
    expect(await other.isFit()).toBe(true);
    await early.end(other);
    await early.dispose();
  });

  it('end with those who made them, though nobody took them', async () => {
    await stockUp();
    await spares.dispose();
    expect(await folders()).toEqual([]);
  });

  it('say what the machine has against them', async () => {
    const early = Promise.reject(new Error('unshare: not permitted'));
    const refused = new SpareNamespaces({ workFolder, early });
    await expect(refused.take(signal)).rejects.toThrow('unshare: not permitted');
    await refused.dispose();
    await stockUp();
  });
});
