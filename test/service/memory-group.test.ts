import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseMemoryGroups } from '../../src/local/supervisor/memory-groups.js';
import { findMemoryHierarchy } from '../../src/system/memory-hierarchy.js';
import { identifyOwnProcess } from '../../src/system/process-identity.js';
import { createWorld, startExtension, startRuntime, type World } from './supervisor-kit/launch.js';

const MEGABYTE = 1024 * 1024;

/** What a group may hold beside the memory size, with what the kernel counts in advance for each processor. */
const TOLERANCE_BYTES = 36 * MEGABYTE;

const choice = await chooseMemoryGroups({ owner: await identifyOwnProcess() });
const missing = choice.kind === 'group' ? '' : ` (skipped: no control groups here: ${choice.reason})`;
const parents = (await findMemoryHierarchy())?.parents ?? [];

/** The folder of an environment's group. */
function groupOf(environmentId: string): string | undefined {
  for (const parent of parents) {
    const name = readdirSync(parent).find((entry) => entry.endsWith(environmentId));
    if (name !== undefined) return path.join(parent, name);
  }
  return undefined;
}

/** The most that the group ever held, as the kernel counted. */
function peakOf(environmentId: string): number {
  const file = choice.kind === 'group' && choice.groups.version === 1 ? 'memory.max_usage_in_bytes' : 'memory.peak';
  return Number(readFileSync(path.join(groupOf(environmentId)!, file), 'utf8'));
}

const ID = 'a1'.repeat(16);

describe.skipIf(missing !== '').each(['process', 'namespace'] as const)(
  `a control group around an environment with %s isolation${missing}`,
  (isolation) => {
    let world: World;
    beforeEach(async () => {
      world = await createWorld({ isolation, memoryControl: 'group' });
    });
    afterEach(() => world.dispose());

    const openWith = async (program: string, memorySizeMb: number) => {
      const codeFolder = await world.writeFolder({ 'index.mjs': program });
      return world.open({ codeFolder, memorySizeMb }, { environmentId: ID, logStream: ID });
    };

    it('stops an allocation that is faster than any look at it', async () => {
      const host = await openWith(`console.log(Buffer.alloc(1500 * 1024 * 1024, 1).length);`, 200);
      expect(host.notes).toContainEqual(expect.stringMatching(/^memory limit: control group \(version [12]\)$/));
      const run = await startRuntime(host);
      expect(await run.exit).toEqual({ exitCode: undefined, signal: 'SIGKILL', isOutOfMemory: true });
      expect(run.text()).toBe('');
      expect(await host.maxMemoryBytes()).toBeGreaterThan(200 * MEGABYTE);
      expect(peakOf(ID)).toBeLessThan(200 * MEGABYTE + TOLERANCE_BYTES);
    });

    it('goes on with the next process after one was killed, and explains each kill once', async () => {
      const host = await openWith(
        `import { existsSync, writeFileSync } from 'node:fs';
        const mark = process.env.TMPDIR ?? '/tmp';
        if (!existsSync(mark + '/second')) { writeFileSync(mark + '/second', ''); Buffer.alloc(900 * 1024 * 1024, 1); }
        process.kill(process.pid, 'SIGKILL');`,
        200,
      );
      expect(await (await startRuntime(host)).exit).toMatchObject({ signal: 'SIGKILL', isOutOfMemory: true });
      expect(await (await startRuntime(host)).exit).toMatchObject({ signal: 'SIGKILL', isOutOfMemory: false });
    });

    it('holds extensions and runtime together', async () => {
      const hold = (megabytes: number) =>
        `const kept = Buffer.alloc(${megabytes} * 1024 * 1024, 1); console.log('holds'); setInterval(() => kept, 1000);`;
      const node = isolation === 'namespace' ? '/var/lang/bin/node' : process.execPath;
      const layer = await world.writeFolder({
        'extensions/holder': `#!/bin/sh\nexec ${node} -e "${hold(150).replaceAll('"', '\\"')}"\n`,
      });
      const codeFolder = await world.writeFolder({ 'index.mjs': hold(150) });
      const host = await world.open({ codeFolder, layerFolders: [layer], memorySizeMb: 300 }, { environmentId: ID });
      const extension = await startExtension(host, 'holder');
      await extension.waitFor(/holds/);
      const runtime = await startRuntime(host);
      const ends = [extension.exit, runtime.exit];
      expect(await Promise.race(ends)).toMatchObject({ signal: 'SIGKILL', isOutOfMemory: true });
      expect(peakOf(ID)).toBeLessThan(300 * MEGABYTE + TOLERANCE_BYTES);
    });

    it('does not count what is read from files, however much', async () => {
      const file = path.join(world.folder, 'large');
      await writeFile(file, '');
      await truncate(file, 400 * MEGABYTE);
      const codeFolder = await world.writeFolder({
        'index.mjs': `import { openSync, readSync } from 'node:fs';
          const file = openSync(process.env.LAMBDA_TASK_ROOT + '/../large', 'r');
          const block = Buffer.alloc(1024 * 1024);
          let total = 0;
          for (let read; (read = readSync(file, block)) > 0;) total += read;
          console.log('read ' + total);`,
      });
      // In namespaces nothing beside the code is to be seen, so the file is a part of it.
      const inside = isolation === 'namespace' ? path.join(codeFolder, 'large') : undefined;
      if (inside !== undefined) {
        await writeFile(inside, '');
        await truncate(inside, 400 * MEGABYTE);
        await writeFile(
          path.join(codeFolder, 'index.mjs'),
          readFileSync(path.join(codeFolder, 'index.mjs'), 'utf8').replace('/../large', '/large'),
        );
      }
      const host = await world.open({ codeFolder, memorySizeMb: 200 }, { environmentId: ID });
      const run = await startRuntime(host);
      expect(await run.exit).toMatchObject({ exitCode: 0 });
      expect(run.text()).toBe(`read ${400 * MEGABYTE}\n`);
      expect(await host.maxMemoryBytes()).toBeLessThan(200 * MEGABYTE);
    });

    it('does not count what lies in /tmp, however fast it comes', async () => {
      const host = await openWith(
        `import { closeSync, openSync, writeSync, rmSync } from 'node:fs';
        const kept = Buffer.alloc(90 * 1024 * 1024, 1);
        const block = kept.subarray(0, 1024 * 1024);
        const folder = process.env.TMPDIR ?? '/tmp';
        for (let round = 0; round < 2; round++) {
          const file = openSync(folder + '/large', 'w');
          for (let count = 0; count < 400; count++) writeSync(file, block);
          closeSync(file);
          rmSync(folder + '/large');
        }
        console.log('written');`,
        200,
      );
      const run = await startRuntime(host);
      expect({ ...(await run.exit), text: run.text() }).toMatchObject({ exitCode: 0, text: 'written\n' });
    });

    it('changes no variable of the function', async () => {
      const environment = { PWD: '/nowhere', IFS: ':', OPTIND: '7', SHLVL: '9', PPID: '1', UID: '5', _: 'under' };
      const codeFolder = await world.writeFolder({ 'index.mjs': 'console.log(JSON.stringify(process.env));' });
      const measured = await createWorld({ isolation, memoryControl: 'measure' });
      for (const variables of [environment, {}]) {
        const seen: unknown[] = [];
        for (const { open, folder } of [world, measured]) {
          const host = await open({ codeFolder, environment: variables }, { environmentId: ID, logStream: ID });
          const run = await startRuntime(host);
          await run.exit;
          await host.dispose();
          const text = run.text().replaceAll(folder, '').replaceAll(world.folder, '');
          seen.push(JSON.parse(text.replaceAll(/files-\w+/g, 'files')));
        }
        expect(seen[0]).toMatchObject({ LAMBDA_TASK_ROOT: expect.any(String) });
        expect(seen[0]).toEqual(seen[1]);
      }
      await measured.dispose();
    });

    it('ends with its environment', async () => {
      const host = await openWith(`setInterval(() => {}, 1000); console.log('up');`, 200);
      await (await startRuntime(host)).waitFor(/up/);
      const group = groupOf(ID) ?? 'no group';
      expect(path.basename(group)).toMatch(new RegExp(`^lambdakit-.*${ID}$`));
      expect(readFileSync(path.join(group, 'cgroup.procs'), 'utf8')).toMatch(/^\d+$/m);
      await host.dispose();
      expect(groupOf(ID)).toBeUndefined();
    });
  },
);

describe('groups of services that died', () => {
  it.skipIf(missing !== '')(`are removed by the next one, and those of living ones stay${missing}`, async () => {
    const parent = path.dirname(await trialFolder());
    const [dead, other] = [
      'lambdakit-1-999999999999-dead',
      `lambdakit-${process.pid}-${(await identifyOwnProcess()).startTime}-living`,
    ];
    await mkdir(path.join(parent, dead));
    await mkdir(path.join(parent, other));
    try {
      await chooseMemoryGroups({ owner: await identifyOwnProcess() });
      const names = await readdir(parent);
      expect(names).not.toContain(dead);
      expect(names).toContain(other);
    } finally {
      await rm(path.join(parent, other), { recursive: true, force: true }).catch(() => undefined);
    }
  });
});

describe('a machine without groups', () => {
  it('is measured, and the reason is told', async () => {
    const owner = await identifyOwnProcess();
    expect(await chooseMemoryGroups({ owner, findHierarchy: async () => undefined })).toEqual({
      kind: 'measure',
      reason: 'the kernel has no control groups for memory',
    });
    expect(await chooseMemoryGroups({ owner, findHierarchy: async () => ({ version: 2, parents: [] }) })).toEqual({
      kind: 'measure',
      reason: 'no group above this process controls the memory of others',
    });
    const parents = [path.join(import.meta.dirname, 'missing')];
    expect(await chooseMemoryGroups({ owner, findHierarchy: async () => ({ version: 2, parents }) })).toEqual({
      kind: 'measure',
      reason: expect.stringContaining('ENOENT'),
    });
  });

  it('is measured when that is asked for', async () => {
    const world = await createWorld({ isolation: 'process', memoryControl: 'measure' });
    const codeFolder = await world.writeFolder({
      'index.mjs': `const kept = []; setInterval(() => kept.push(Buffer.alloc(20 * 1024 * 1024, 1)), 5);`,
    });
    const host = await world.open({ codeFolder, memorySizeMb: 200 }, { environmentId: ID });
    expect(host.notes).toContain('memory limit: measured');
    expect(groupOf(ID)).toBeUndefined();
    const run = await startRuntime(host);
    expect(await run.exit).toEqual({ exitCode: undefined, signal: 'SIGKILL', isOutOfMemory: true });
    await world.dispose();
  });
});

async function trialFolder(): Promise<string> {
  if (choice.kind !== 'group') throw new Error(choice.reason);
  const group = await choice.groups.create('where', 64 * MEGABYTE);
  await group.remove();
  return group.folder;
}
