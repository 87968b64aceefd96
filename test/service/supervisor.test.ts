import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, startExtension, startRuntime, type World } from './supervisor-kit/launch.js';
import { isAlive } from './supervisor-kit/process-list.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const KINDS = ['process', 'namespace'] as const;

describe.each(KINDS)('an environment with %s isolation', (isolation) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ isolation });
  });
  afterEach(() => world.dispose());

  it('keeps the order of stdout and stderr, and all of it', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import { writeSync } from 'node:fs';
        for (let i = 0; i < 2000; i += 1) writeSync(1 + (i % 2), i + '\\n');`,
    });
    const run = await startRuntime(await world.open({ codeFolder }));
    expect(await run.exit).toEqual({ exitCode: 0, signal: undefined, isOutOfMemory: false });
    expect(run.text()).toBe(Array.from({ length: 2000 }, (_, i) => `${i}\n`).join(''));
  });

  it('reads the last words of a dead process also when we were busy meanwhile', async () => {
    const codeFolder = await world.writeFolder({
      bootstrap: '#!/bin/sh\necho first\nread -r line < "$GATE"\nprintf %060000d 7\n',
    });
    const gate = path.join(codeFolder, 'gate');
    spawnSync('mkfifo', [gate]);
    const environment = { GATE: isolation === 'process' ? gate : '/var/task/gate' };
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023', environment }));
    await run.waitFor(/first/);
    await writeFile(gate, 'go\n');
    const busyUntil = performance.now() + 400;
    while (performance.now() < busyUntil);
    await run.exit;
    expect(run.text()).toHaveLength('first\n'.length + 60_000);
  });

  it('lets a function open /dev/stderr', async () => {
    const codeFolder = await world.writeFolder({
      bootstrap: '#!/bin/sh\necho one\necho two > /dev/stderr\necho three\n',
    });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    await run.exit;
    expect(run.text()).toBe('one\ntwo\nthree\n');
  });

  it.each([
    ['process.exit(3)', { exitCode: 3, signal: undefined }],
    ['process.exit(0)', { exitCode: 0, signal: undefined }],
    ['process.abort()', { exitCode: undefined, signal: 'SIGABRT' }],
    ['process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000)', { exitCode: undefined, signal: 'SIGSEGV' }],
    ['process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)', { exitCode: undefined, signal: 'SIGTERM' }],
    ['process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)', { exitCode: undefined, signal: 'SIGKILL' }],
  ])('reports how %s ended', async (source, expected) => {
    const codeFolder = await world.writeFolder({ 'index.mjs': source });
    const run = await startRuntime(await world.open({ codeFolder }));
    expect(await run.exit).toMatchObject(expected);
  });

  it('gives SIGTERM to the runtime, which may end in its own way', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `process.on('SIGTERM', () => { console.log('bye'); process.exit(7); });
        setInterval(() => {}, 1000); console.log('up');`,
    });
    const run = await startRuntime(await world.open({ codeFolder }));
    await run.waitFor(/up/);
    run.process.signal('SIGTERM');
    expect(await run.exit).toMatchObject({ exitCode: 7 });
    expect(run.text()).toBe('up\nbye\n');
  });

  it('takes the forked children along, also one with a session of its own', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import { spawn } from 'node:child_process';
        const sleep = (detached) => spawn('sleep', ['300'], { detached, stdio: 'inherit' });
        sleep(false); sleep(true);
        console.log('up');`,
    });
    const host = await world.open({ codeFolder });
    const run = await startRuntime(host);
    await run.waitFor(/up/);
    const children = (await readFile(`/proc/${run.process.pid}/task/${run.process.pid}/children`, 'utf8'))
      .trim()
      .split(' ')
      .map(Number);
    expect(children).toHaveLength(2);
    await host.dispose();
    expect((await run.exit).signal).toBe('SIGKILL');
    expect(await Promise.all(children.map(isAlive))).toEqual([false, false]);
  });

  it('starts the bootstrap of an OS-only runtime in the task folder', async () => {
    const codeFolder = await world.writeFolder({ bootstrap: '#!/bin/sh\npwd\nls\n', 'data.txt': '' });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    expect((await run.exit).exitCode).toBe(0);
    expect(run.text()).toBe(`${isolation === 'process' ? codeFolder : '/var/task'}\nbootstrap\ndata.txt\n`);
  });

  it('takes the bootstrap from a layer when the package has none', async () => {
    const layer = await world.writeFolder({ bootstrap: '#!/bin/sh\necho from layer\n' });
    const codeFolder = await world.writeFolder({});
    const run = await startRuntime(await world.open({ codeFolder, layerFolders: [layer], runtime: 'provided.al2023' }));
    await run.exit;
    expect(run.text()).toBe('from layer\n');
  });

  it.each([
    ['no bootstrap', {}, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"],
    ['a text without #!', { bootstrap: 'echo hello' }, 'fork/exec /var/task/bootstrap: exec format error'],
    [
      'a missing interpreter',
      { bootstrap: '#!/nowhere\n' },
      'fork/exec /var/task/bootstrap: no such file or directory',
    ],
  ])('refuses a package with %s', async (_what, files, message) => {
    const codeFolder = await world.writeFolder(files as Record<string, string>);
    const host = await world.open({ codeFolder, runtime: 'provided.al2023' });
    await expect(startRuntime(host)).rejects.toMatchObject({ errorType: 'Runtime.InvalidEntrypoint', message });
  });

  it('says that dotnet is not supported', async () => {
    const host = await world.open({ codeFolder: await world.writeFolder({}), runtime: 'dotnet8' });
    await expect(startRuntime(host)).rejects.toMatchObject({
      errorType: 'Runtime.InvalidEntrypoint',
      message: expect.stringContaining('dotnet8'),
    });
  });

  it('says that container images cannot run', async () => {
    const codeFolder = await world.writeFolder({});
    const host = await world.open({ codeFolder, packageType: 'Image', runtime: undefined, handler: undefined });
    await expect(startRuntime(host)).rejects.toMatchObject({ message: expect.stringContaining('Container images') });
  });

  it('merges the layers in their order into one /opt and leaves them alone', async () => {
    const first = await world.writeFolder({ 'bin/tool': 'old', 'only-first/a': '1', both: 'x' });
    const second = await world.writeFolder({ 'bin/tool': 'new', 'both/now-a-folder': '2' });
    const codeFolder = await world.writeFolder({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell expands it
      bootstrap: '#!/bin/sh\ncd "${PATH##*:}/.."\ncat bin/tool only-first/a both/now-a-folder\n',
    });
    const run = await startRuntime(
      await world.open({ codeFolder, layerFolders: [first, second], runtime: 'provided.al2023' }),
    );
    await run.exit;
    expect(run.text()).toBe('new12');
    expect(await readFile(path.join(first, 'bin/tool'), 'utf8')).toBe('old');
  });

  it('lists the extensions, starts them and refuses one that is not executable', async () => {
    const layer = await world.writeFolder({
      'extensions/good': '#!/bin/sh\necho extension $AWS_LAMBDA_FUNCTION_NAME\n',
      'extensions/folder/inner': '',
    });
    await writeFile(path.join(layer, 'extensions/bad'), '#!/bin/sh\n', { mode: 0o644 });
    const host = await world.open({ codeFolder: await world.writeFolder({}), layerFolders: [layer] });
    expect(host.extensionNames).toEqual(['bad', 'good']);
    const run = await startExtension(host, 'good');
    await run.exit;
    expect(run.text()).toBe('extension hello\n');
    await expect(startExtension(host, 'bad')).rejects.toMatchObject({
      errorType: 'Extension.LaunchError',
      message: 'fork/exec /opt/extensions/bad: permission denied',
    });
  });

  it('starts the runtime through a wrapper script, which may add flags and variables', async () => {
    const layer = await world.writeFolder({
      wrapper: '#!/bin/sh\nexport ADDED=yes\nprogram=$1\nshift\nexec "$program" --no-deprecation "$@"\n',
    });
    const codeFolder = await world.writeFolder({
      'index.mjs':
        'console.log(process.env.ADDED, ...process.execArgv.slice(0, 2), process.argv[1].endsWith("/index.mjs"))',
    });
    const environment = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' };
    const run = await startRuntime(await world.open({ codeFolder, layerFolders: [layer], environment }));
    await run.exit;
    expect(run.text()).toBe('yes --no-deprecation --expose-gc true\n');
  });

  it.each([
    ['/opt/missing', 127, '/opt/missing: does not exist\n'],
    ['/var/task/plain.txt', 126, '/var/task/plain.txt: is not an executable\n'],
  ])('ends with the status of a shell when the wrapper is %s', async (wrapper, exitCode, text) => {
    const codeFolder = await world.writeFolder({ 'index.mjs': '' });
    await writeFile(path.join(codeFolder, 'plain.txt'), 'text', { mode: 0o644 });
    const run = await startRuntime(await world.open({ codeFolder, environment: { AWS_LAMBDA_EXEC_WRAPPER: wrapper } }));
    expect(await run.exit).toMatchObject({ exitCode });
    expect(run.text()).toBe(text);
  });

  it.skipIf(!hasPython)('runs Python and says which (needs python3)', async () => {
    const codeFolder = await world.writeFolder({
      'main.py':
        'import sys, os\nprint(sys.version_info[0], sys.flags.no_user_site, os.getcwd(), flush=True)\nos._exit(9)\n',
    });
    const host = await world.open({ codeFolder, runtime: 'python3.11' });
    const run = await startRuntime(host);
    expect((await run.exit).exitCode).toBe(9);
    expect(run.text()).toBe(`3 1 ${isolation === 'process' ? codeFolder : '/var/task'}\n`);
    expect(host.notes[0]).toBe(`isolation: ${isolation}`);
    expect(host.notes[2]).toMatch(/^interpreter: .*python3.* \(3\./);
  });

  it('keeps /tmp over a restart of the runtime and removes it at the end', async () => {
    const codeFolder = await world.writeFolder({
      'index.mjs': `import fs from 'node:fs'; import os from 'node:os';
        fs.appendFileSync(os.tmpdir() + '/count', 'x');
        console.log(JSON.stringify([os.tmpdir(), fs.readFileSync(os.tmpdir() + '/count', 'utf8')]));`,
    });
    const host = await world.open({ codeFolder });
    const first = await startRuntime(host);
    await first.exit;
    const second = await startRuntime(host);
    await second.exit;
    const [folder, count] = JSON.parse(second.text());
    expect(count).toBe('xx');
    await host.dispose();
    if (isolation === 'process') await expect(stat(folder!)).rejects.toThrow('ENOENT');
    await host.dispose();
  });
});

describe('namespace isolation', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ isolation: 'namespace' });
  });
  afterEach(() => world.dispose());

  it('shows the true paths, code and layers that nobody can change, and a /tmp of the configured size', async () => {
    const layer = await world.writeFolder({ 'data/file': 'layer' });
    const codeFolder = await world.writeFolder({
      'index.mjs': `import fs from 'node:fs';
        const attempt = (file) => { try { fs.writeFileSync(file, 'x'); return 'written'; } catch (error) { return error.code; } };
        const { bsize, blocks } = fs.statfsSync('/tmp');
        const full = (() => { try { for (let i = 0; ; i += 1) fs.writeFileSync('/tmp/' + i, Buffer.alloc(1 << 24)); } catch (error) { return error.code; } })();
        fs.rmSync('/tmp/0');
        console.log(JSON.stringify({ cwd: process.cwd(), task: fs.readdirSync('/var/task'), layer: fs.readFileSync('/opt/data/file', 'utf8'),
          code: attempt('/var/task/new'), opt: attempt('/opt/data/file'), runtime: attempt('/var/runtime/new'), tmp: attempt('/tmp/new'),
          sizeMb: bsize * blocks / 1024 / 1024, full, exe: process.execPath, home: fs.existsSync('/home'), pid1: fs.readFileSync('/proc/1/comm', 'utf8') }));`,
    });
    const run = await startRuntime(await world.open({ codeFolder, layerFolders: [layer], ephemeralStorageMb: 512 }));
    await run.exit;
    expect(JSON.parse(run.text())).toEqual({
      cwd: '/var/task',
      task: ['index.mjs'],
      layer: 'layer',
      code: 'EROFS',
      opt: 'EROFS',
      runtime: 'EROFS',
      tmp: 'written',
      sizeMb: 512,
      full: 'ENOSPC',
      exe: '/var/lang/bin/node',
      home: false,
      pid1: 'cat\n',
    });
    expect(await readFile(path.join(layer, 'data/file'), 'utf8')).toBe('layer');
  });

  it('knows Lambda’s name for loopback beside the names of this machine, and nobody can change them', async () => {
    const codeFolder = await world.writeFolder({
      bootstrap:
        '#!/bin/sh\ngetent ahostsv4 sandbox.localdomain | head -n 1\ngetent ahostsv4 sandbox | head -n 1\ncat /etc/hosts\necho x >> /etc/hosts\n',
    });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    expect((await run.exit).exitCode).not.toBe(0);
    const [first, second, ...hosts] = run.text().split('\n');
    expect([first, second]).toEqual([
      expect.stringMatching(/^127\.0\.0\.1 .*sandbox\.localdomain/),
      expect.stringMatching(/^127\.0\.0\.1 /),
    ]);
    expect(hosts.join('\n')).toContain((await readFile('/etc/hosts', 'utf8')).trimEnd());
    expect(run.text()).toMatch(/Read-only file system/);
  });

  it('preloads a library of the function only into the function', async () => {
    const codeFolder = await world.writeFolder({ bootstrap: '#!/bin/sh\necho "$LD_PRELOAD"\n' });
    const environment = { LD_PRELOAD: '/var/task/missing.so' };
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023', environment }));
    await run.exit;
    expect(run.text().replaceAll(/^ERROR: ld.so.*\n/gm, '')).toBe('/var/task/missing.so\n');
    expect(run.text().match(/^ERROR: ld.so/gm)).toHaveLength(1);
  });
});

describe('the first process of a namespace', () => {
  it('outlives the orphans that are handed to it, and collects them', async () => {
    const world = await createWorld({ isolation: 'namespace' });
    const codeFolder = await world.writeFolder({
      bootstrap: `#!/bin/sh
        for i in 1 2 3; do sh -c 'sleep 0.02 & sleep 0.01 & :'; done
        # A dead process that nobody collects keeps its name here.
        while grep -qs '^sleep$' /proc/[0-9]*/comm; do :; done
        echo collected
        exit 4`,
    });
    const run = await startRuntime(await world.open({ codeFolder, runtime: 'provided.al2023' }));
    expect(await run.exit).toEqual({ exitCode: 4, signal: undefined, isOutOfMemory: false });
    expect(run.text()).toBe('collected\n');
    await world.dispose();
  });
});

describe('a machine that forbids namespaces', () => {
  it('runs functions as plain processes and says why', async () => {
    const world = await createWorld({ isolation: 'best', namespaceTools: async () => undefined });
    const host = await world.open({ codeFolder: await world.writeFolder({}) });
    expect(host.notes[0]).toBe('isolation: process (unshare, nsenter and setsid (util-linux) are missing)');
    await world.dispose();
  });

  it('refuses when namespaces were demanded', async () => {
    const world = await createWorld({ isolation: 'namespace', namespaceTools: async () => undefined });
    await expect(world.open({ codeFolder: await world.writeFolder({}) })).rejects.toMatchObject({
      code: 'permission-denied',
    });
    await world.dispose();
  });
});
