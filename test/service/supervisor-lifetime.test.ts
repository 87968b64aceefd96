import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EnvironmentHost } from '../../src/local/core/ports.js';
import { findMemoryHierarchy } from '../../src/system/memory-hierarchy.js';
import { createWorld, startExtension, startRuntime, until, type World } from './supervisor-kit/launch.js';
import { descendantsOf, findByName, isAlive, isStopped } from './supervisor-kit/process-list.js';

/** Starts a child in its group and one in a session of its own, and says when they run. */
const FORKING = `import { spawn } from 'node:child_process';
  const start = (detached) => spawn('sleep', ['300'], { detached, stdio: 'inherit' });
  start(false); start(true);
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1000);
  console.log('up');`;

const KINDS = ['process', 'namespace'] as const;

describe.each(KINDS)('the life of an environment with %s isolation', (isolation) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ isolation });
  });
  afterEach(() => world.dispose());

  it('ends a process that takes more memory than it has, and says so', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `const kept = []; setInterval(() => kept.push(Buffer.alloc(20 * 1024 * 1024, 1)), 5);`,
    });
    const host = await world.open({ codeFolder, memorySizeMb: 200 });
    const run = await startRuntime(host);
    expect(await run.exit).toEqual({ exitCode: undefined, signal: 'SIGKILL', isOutOfMemory: true });
    expect(await host.maxMemoryBytes()).toBeGreaterThan(200 * 1024 * 1024);
  });

  it.skipIf(!existsSync('/proc/self/autogroup'))(
    'weighs less than the service beside many others (skipped: no autogroups)',
    async () => {
      const codeFolder = await world.writeFolder({ 'index.mjs': 'setInterval(() => {}, 1000);' });
      const hosts: EnvironmentHost[] = [];
      const weights: (() => string | undefined)[] = [];
      const open = async (): Promise<void> => {
        const host = await world.open({ codeFolder });
        const run = await startRuntime(host);
        hosts.push(host);
        weights.push(() => /nice (\d+)/.exec(readFileSync(`/proc/${run.process.pid}/autogroup`, 'utf8'))?.[1]);
      };
      const few = 2 * os.availableParallelism();
      for (let count = 0; count < few; count += 1) await open();
      hosts[0]?.freeze();
      await open();
      hosts[0]?.thaw();
      await open();
      await until(async () => weights.at(-1)?.() === '10');
      expect(weights.slice(0, -1).map((weight) => weight())).toEqual(Array.from({ length: few + 1 }, () => '0'));
    },
  );

  it('counts the memory of forked children too', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import { spawn } from 'node:child_process';
        spawn(process.execPath, ['-e', 'const b = Buffer.alloc(120 * 1024 * 1024, 1); console.log("child"); setInterval(() => b, 1000)'],
          { stdio: 'inherit' });`,
    });
    const host = await world.open({ codeFolder, memorySizeMb: 3008 });
    const run = await startRuntime(host);
    await run.waitFor(/child/);
    await until(async () => (await host.maxMemoryBytes()) > 120 * 1024 * 1024);
    expect(await host.maxMemoryBytes()).toBeLessThan(600 * 1024 * 1024);
  });

  it('stands still while it is frozen, goes on after, and can be killed in between', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
        setInterval(() => console.log('tick'), 2);`,
    });
    const host = await world.open({ codeFolder });
    const run = await startRuntime(host);
    await run.waitFor(/tick/);
    host.freeze();
    await until(() => isStopped(run.process.pid!));
    host.thaw();
    await until(async () => !(await isStopped(run.process.pid!)));
    host.freeze();
    await until(() => isStopped(run.process.pid!));
    run.process.signal('SIGTERM');
    expect((await run.exit).exitCode).toBe(0);
    const second = await startRuntime(host);
    await second.waitFor(/tick/);
    host.freeze();
    second.process.signal('SIGKILL');
    expect((await second.exit).signal).toBe('SIGKILL');
  });

  it('notices that somebody else killed it while it is frozen', async () => {
    const codeFolder = await world.writeFolder({ 'index.mjs': FORKING });
    const host = await world.open({ codeFolder });
    const run = await startRuntime(host);
    await run.waitFor(/up/);
    host.freeze();
    process.kill(run.process.pid!, 'SIGKILL');
    expect((await run.exit).signal).toBe('SIGKILL');
  });

  it('leaves no process and no folder behind, also with an extension that ignores SIGTERM', async () => {
    const layer = await world.writeFolder({
      'extensions/stubborn': '#!/bin/sh\ntrap "" TERM\necho up\nwhile :; do sleep 300; done\n',
    });
    const codeFolder = await world.writeFolder({ 'index.mjs': FORKING });
    const host = await world.open({ codeFolder, layerFolders: [layer] });
    const extension = await startExtension(host, 'stubborn');
    const runtime = await startRuntime(host);
    await Promise.all([extension.waitFor(/up/), runtime.waitFor(/up/)]);
    const leaders = [runtime.process.pid!, extension.process.pid!];
    const pids = [...leaders, ...(await Promise.all(leaders.map(descendantsOf))).flat()];
    expect(pids).toHaveLength(5);
    host.freeze();
    await host.dispose();
    expect(await Promise.all([runtime.exit, extension.exit])).toMatchObject([
      { signal: 'SIGKILL' },
      { signal: 'SIGKILL' },
    ]);
    await until(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive));
    expect(await readdir(path.join(world.folder, 'work', 'environments'))).toEqual([]);
  });

  it('does not show the processes of one generation to the next', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import { spawn } from 'node:child_process';
        const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
        child.unref();
        console.log('up');`,
    });
    const environmentId = randomBytes(16).toString('hex');
    const host = await world.open({ codeFolder }, { environmentId, logStream: environmentId });
    const first = await startRuntime(host);
    await first.exit;
    const left = await findByName('sleep', environmentId);
    expect(left).toHaveLength(1);
    const second = await startRuntime(host);
    await second.exit;
    await until(async () => !(await isAlive(left[0]!)));
  });

  it('reports a dead process at once although a child holds its output open', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import { spawn } from 'node:child_process';
        spawn('sleep', ['300'], { detached: true, stdio: 'inherit' }).unref();
        console.log('last words'); process.exit(5);`,
    });
    const run = await startRuntime(await world.open({ codeFolder }));
    expect((await run.exit).exitCode).toBe(5);
    expect(run.text()).toBe('last words\n');
  });
});

describe.each(KINDS)('an environment that is given up while it is opened, with %s isolation', (isolation) => {
  it('leaves nothing behind, at whatever moment', async () => {
    const world = await createWorld({ isolation });
    const codeFolder = await world.writeFolder({ 'index.mjs': '' });
    await (await world.open({ codeFolder })).dispose(); // The interpreter is found, so the rest is what is given up.
    const openings = Array.from({ length: 12 }, async (_, turns) => {
      const giveUp = new AbortController();
      const opening = world.open({ codeFolder }, {}, giveUp.signal).then(
        (host) => host.dispose().then(() => 'opened'),
        (error: unknown) => error,
      );
      for (let turn = 0; turn < turns * 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      giveUp.abort(new Error('given up'));
      return opening;
    });
    const ends = await Promise.all(openings);
    expect(ends[0]).toEqual(new Error('given up'));
    expect(new Set(ends.map(String))).toEqual(new Set(['Error: given up', ...ends.filter((end) => end === 'opened')]));
    expect(await readdir(path.join(world.folder, 'work', 'environments'))).toEqual([]);
    await world.dispose();
    await expect(world.open({ codeFolder })).rejects.toThrow('the supervisor is closed');
  });
});

describe('a process that left its group', () => {
  it('cannot keep a dead runtime alive by writing on', async () => {
    const world = await createWorld({ isolation: 'process' });
    const codeFolder = await world.writeFolder({
      bootstrap:
        '#!/bin/sh\nsetsid sh -c "while :; do echo more; sleep 0.02; done" &\nread -r gone < /dev/null\nsleep 0.1\nexit 6\n',
    });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    expect((await run.exit).exitCode).toBe(6);
    expect(run.text()).toMatch(/more/);
    await world.dispose();
  });
});

describe('when the service is killed', () => {
  let world: World;
  let victim: string;
  beforeAll(async () => {
    const setup = await createWorld();
    victim = path.join(setup.folder, 'victim.mjs');
    await buildVictim(victim);
    return () => setup.dispose();
  });
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.dispose());

  it.each(KINDS)('no process survives it by two seconds (%s isolation, three times)', async (isolation) => {
    const codeFolder = await world.writeFolder({ 'index.mjs': FORKING });
    const servicePids: (number | undefined)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const service = spawn(process.execPath, [victim, isolation, path.join(world.folder, 'work'), codeFolder], {
        stdio: ['ignore', 'pipe', 'inherit'],
        // It is killed before it can remove its own folder.
        env: { ...process.env, TMPDIR: world.folder },
      });
      expect(String(await Promise.race([once(service.stdout, 'data'), once(service, 'exit')]))).toBe('running\n');
      servicePids.push(service.pid);
      const pids = await descendantsOf(service.pid!);
      expect(pids.length).toBeGreaterThan(3);
      const start = performance.now();
      service.kill('SIGKILL');
      await until(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive));
      expect(performance.now() - start).toBeLessThan(2000);
    }
    expect(await readdir(path.join(world.folder, 'work', 'environments'))).toHaveLength(1);
    await (await world.open({ codeFolder })).dispose();
    expect(await readdir(path.join(world.folder, 'work', 'environments'))).toEqual([]);
    const groups = (await memoryGroupNames()).filter((name) =>
      servicePids.some((pid) => name.startsWith(`lambdakit-${pid}-`)),
    );
    expect(groups).toEqual([]);
  });

  it('the next start ends what the watcher could not', async () => {
    const id = 'f'.repeat(32);
    const root = path.join(world.folder, 'work', 'environments', id);
    await mkdir(root, { recursive: true });
    await writeFile(path.join(root, 'owner.json'), JSON.stringify({ pid: process.pid, startTime: '1' }));
    const orphan = spawn('sleep', ['300'], { env: { PATH: process.env.PATH, MARK: id }, detached: true });
    const exit = once(orphan, 'exit');
    await world.open({ codeFolder: await world.writeFolder({}) });
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(await readdir(path.dirname(root))).not.toContain(id);
  });

  it('the next start leaves the environments of a living service alone', async () => {
    const other = await createWorld({ workFolder: path.join(world.folder, 'work') });
    try {
      const codeFolder = await world.writeFolder({ 'index.mjs': FORKING });
      const run = await startRuntime(await other.open({ codeFolder }));
      await run.waitFor(/up/);
      await world.open({ codeFolder });
      expect(await isAlive(run.process.pid!)).toBe(true);
      expect(await readdir(path.join(world.folder, 'work', 'environments'))).toHaveLength(2);
    } finally {
      await other.dispose();
    }
  });

  it('a folder without permissions is removed all the same', async () => {
    const codeFolder = await world.writeFolder({
      bootstrap: '#!/bin/sh\nmkdir -p "$TMPDIR/a/b" && touch "$TMPDIR/a/b/c" && chmod 0 "$TMPDIR/a/b" "$TMPDIR/a"\n',
    });
    const plain = await createWorld({ isolation: 'process' });
    const host = await plain.open({ codeFolder, runtime: 'provided.al2023' });
    expect(await (await startRuntime(host)).exit).toMatchObject({ exitCode: 0 });
    const environments = path.join(plain.folder, 'work', 'environments');
    const made = (await readdir(environments, { recursive: true, withFileTypes: true })).find(
      ({ name }) => name === 'a',
    );
    expect((await stat(path.join(made?.parentPath ?? '', 'a'))).mode & 0o777).toBe(0);
    await host.dispose();
    expect(await readdir(environments)).toEqual([]);
    await plain.dispose();
  });
});

/** The control groups beside our own, where there are any. */
async function memoryGroupNames(): Promise<readonly string[]> {
  const parents = (await findMemoryHierarchy())?.parents ?? [];
  return (await Promise.all(parents.map((parent) => readdir(parent)))).flat();
}

/** A service in a process of its own that opens one environment and says when it runs. */
async function buildVictim(file: string): Promise<void> {
  await build({
    stdin: {
      contents: `
        import { createWorld, startRuntime } from './test/service/supervisor-kit/launch.ts';
        const [isolation, workFolder, codeFolder] = process.argv.slice(2);
        const world = await createWorld({ isolation, workFolder });
        const host = await world.open({ codeFolder });
        const run = await startRuntime(host);
        await run.waitFor(/up/);
        console.log('running');
        setInterval(() => {}, 1000);`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: file,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}
