import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createFolder, root, runBin, startBin, writeFiles } from './bin-kit.js';

const PATIENCE = { timeout: 20_000, interval: 20 };
const hasProc = existsSync('/proc/self/environ');
const hasScript = spawnSync('script', ['--version']).status === 0;

const hello = (settings: object = {}) => ({
  code: 'src',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeout: 20,
  ...settings,
});

const projectFile = (functions: object) => JSON.stringify({ service: 'e2e', functions });

function createTypeScript(settings: object = {}): string {
  return createFolder({
    'lambdakit.json': projectFile({ hello: hello(settings) }),
    'src/index.ts': `import { word } from './word.js';
import { shared } from '../shared/shared.js';
export const handler = async (event: { n?: number }) => [word, shared, process.env.MODE ?? null, event.n ?? null];
`,
    'src/word.ts': `export const word: string = 'one';\n`,
    'shared/shared.ts': `export const shared = 'a';\n`,
  });
}

interface Dev {
  readonly child: ChildProcess;
  /** Everything on stderr so far. */
  errors(): string;
  /** Waits until stderr, from the last such wait on, has the text. */
  says(text: string | RegExp): Promise<string>;
  invoke(...args: string[]): Promise<unknown>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

async function startDev(cwd: string, ...args: string[]): Promise<Dev> {
  const child = startBin(['dev', '--port', '0', ...args], { cwd });
  let errors = '';
  let seen = 0;
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  child.stdout?.resume();
  const closed = once(child, 'close');
  const says = async (text: string | RegExp): Promise<string> => {
    await vi.waitFor(() => expect(errors.slice(seen), `exit ${child.exitCode}: ${errors}`).toMatch(text), PATIENCE);
    const found = errors.slice(seen);
    seen = errors.length;
    return found;
  };
  return {
    child,
    errors: () => errors,
    says,
    invoke: async (...more) => {
      const { stdout, stderr } = await runBin(['invoke', 'hello', '--local', ...more], { cwd });
      return stdout === '' ? stderr : JSON.parse(stdout);
    },
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

const UPDATED = 'hello: the next invocation runs what you have saved';

it('puts every save into service and keeps the last good code', async () => {
  const cwd = createTypeScript();
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  expect(await dev.invoke()).toEqual(['one', 'a', null, null]);

  writeFiles(cwd, { 'src/word.ts': `export const word: string = 'two';\n` });
  await dev.says(UPDATED);
  expect(await dev.invoke()).toEqual(['two', 'a', null, null]);

  writeFiles(cwd, { 'shared/shared.ts': `export const shared = 'b';\n` });
  await dev.says(UPDATED);
  expect(await dev.invoke()).toEqual(['two', 'b', null, null]);

  writeFiles(cwd, { 'src/word.ts': 'export const word: string = ;\n' });
  expect(await dev.says('The code before it keeps running.')).toContain('word.ts:1:29');
  expect(await dev.invoke()).toEqual(['two', 'b', null, null]);

  writeFiles(cwd, { 'src/word.ts': `export const word: string = 'three';\n` });
  await dev.says(UPDATED);
  expect(await dev.invoke()).toEqual(['three', 'b', null, null]);
  expect(await dev.stop()).toBe(130);
  expect(existsSync(path.join(cwd, '.lambdakit/local/service.json'))).toBe(false);
});

it('takes up what the project file says, and is not put off by a broken one', async () => {
  const cwd = createTypeScript({ envFile: ['.env'] });
  writeFiles(cwd, { '.env': 'MODE=first\n' });
  const dev = await startDev(cwd, '--json');
  await dev.says('Saving a file');
  expect(await dev.invoke()).toEqual(['one', 'a', 'first', null]);

  writeFiles(cwd, { '.env': 'MODE=second\n' });
  await dev.says(UPDATED);
  expect(await dev.invoke()).toEqual(['one', 'a', 'second', null]);

  writeFiles(cwd, { 'lambdakit.json': '{"functions":{"hello":{"memmory":1}}}' });
  expect(await dev.says('What was read before stays.')).toContain('lambdakit.json');

  const other = hello({ code: 'other', handler: 'index.handler' });
  writeFiles(cwd, {
    'other/index.mjs': `export const handler = async () => 'another';\n`,
    'lambdakit.json': projectFile({ hello: hello({ environment: { MODE: 'third' } }), other }),
  });
  await dev.says('other: deployed');
  expect(await dev.invoke()).toEqual(['one', 'a', 'third', null]);
  expect((await runBin(['invoke', 'other', '--local'], { cwd })).stdout).toBe('"another"\n');

  writeFiles(cwd, { 'other/index.mjs': `export const handler = async () => 'changed';\n` });
  await dev.says('other: the next invocation');
  expect((await runBin(['invoke', 'other', '--local'], { cwd })).stdout).toBe('"changed"\n');
  expect(await dev.stop('SIGTERM')).toBe(130);
});

it('watches the files that the project file names', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of the project file
  const cwd = createTypeScript({ environment: { MODE: '${file:settings/mode.txt, unset}' } });
  writeFiles(cwd, { 'settings/other.txt': '' });
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  expect(await dev.invoke()).toEqual(['one', 'a', 'unset', null]);
  for (const mode of ['first', 'second']) {
    writeFiles(cwd, { 'settings/mode.txt': `${mode}\n` });
    await dev.says(UPDATED);
    expect(await dev.invoke()).toEqual(['one', 'a', mode, null]);
  }
  await dev.stop();
});

it('begins with a function that does not build, and deploys it when it does', async () => {
  const cwd = createTypeScript();
  writeFiles(cwd, { 'src/word.ts': 'export const nothing = 1;\n' });
  const dev = await startDev(cwd);
  expect(await dev.says('Saving a file')).toContain('It is not deployed yet.');
  writeFiles(cwd, { 'src/word.ts': `export const word = 'late';\n` });
  await dev.says('hello: deployed');
  expect(await dev.invoke()).toEqual(['late', 'a', null, null]);
  await dev.stop();
});

it('moves the alias of a function along and leaves one version', async () => {
  const cwd = createTypeScript({ alias: 'live' });
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  for (const word of ['two', 'three']) {
    writeFiles(cwd, { 'src/word.ts': `export const word = '${word}';\n` });
    await dev.says(UPDATED);
    expect(await dev.invoke('--qualifier', 'live')).toEqual([word, 'a', null, null]);
  }
  const { stdout } = await runBin(['version', 'list', 'hello', '--local', '--json'], { cwd });
  expect(JSON.parse(stdout).versions).toHaveLength(1);
  await dev.stop();
});

it('ends with the last of many saves, in place or by renaming', async () => {
  const cwd = createTypeScript();
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  const file = path.join(cwd, 'src/word.ts');
  for (let save = 1; save <= 9; save += 1) {
    writeFiles(cwd, { [save % 2 === 0 ? 'src/word.ts' : 'src/word.ts~']: `export const word = 'save ${save}';\n` });
    if (save % 2 === 1) renameSync(`${file}~`, file);
    // Some saves follow at once, before others the change is taken up.
    if (save % 3 === 0) await vi.waitFor(async () => expect(await dev.invoke()).toContain(`save ${save}`), PATIENCE);
  }
  await dev.stop();
});

it('takes up layers of the project', async () => {
  const cwd = createFolder({
    'lambdakit.json': JSON.stringify({
      functions: { hello: hello({ layers: ['words'] }) },
      layers: { words: { content: 'words', compatibleRuntimes: ['nodejs24.x'] } },
    }),
    'src/index.cjs': `exports.handler = async () => require('words');\n`,
    'words/nodejs/node_modules/words/index.js': `module.exports = 'one';\n`,
  });
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  expect(await dev.invoke()).toBe('one');
  writeFiles(cwd, { 'words/nodejs/node_modules/words/index.js': `module.exports = 'two';\n` });
  await dev.says(UPDATED);
  expect(await dev.invoke()).toBe('two');
  await dev.stop();
});

it.skipIf(!hasProc)('leaves no process behind (needs /proc to look for them)', async () => {
  const mark = randomUUID();
  const cwd = createTypeScript({ environment: { MARK: mark } });
  const dev = await startDev(cwd);
  await dev.says('Saving a file');
  await dev.invoke();
  expect(processesWith(mark)).not.toEqual([]);
  expect(await dev.stop()).toBe(130);
  expect(processesWith(mark)).toEqual([]);
});

it('says what stands in its way', async () => {
  const cwd = createTypeScript();
  const dev = await startDev(cwd, '--json', '--quiet');
  await vi.waitFor(() => expect(existsSync(path.join(cwd, '.lambdakit/local/service.json'))).toBe(true), PATIENCE);
  const second = await runBin(['dev', '--port', '0', '--json'], { cwd });
  expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'state-locked' } });
  await dev.stop();
  expect(await runBin(['dev'], { cwd: createFolder() })).toMatchObject({ code: 3 });
  expect(await runBin(['dev', 'nobody'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nobody'),
  });
});

/** `dev` on a terminal of its own. */
function startOnTerminal(cwd: string) {
  const bin = `'${process.execPath}' '${path.join(root, 'bin/run.js')}'`;
  const terminal = spawn('script', ['-qefc', `${bin} dev --port 0`, '/dev/null'], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, NO_COLOR: '1', TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  let screen = '';
  terminal.stdout?.setEncoding('utf8').on('data', (text) => {
    screen += text;
  });
  return {
    closed: once(terminal, 'close'),
    shows: (text: string | RegExp) => vi.waitFor(() => expect(screen).toMatch(text), PATIENCE),
    press: (keys: string) => void terminal.stdin?.write(keys),
  };
}

it.skipIf(!hasScript)('listens to single keys on a terminal (needs script of util-linux)', async () => {
  const cwd = createTypeScript();
  const { closed, shows, press } = startOnTerminal(cwd);
  await shows('Keys:');
  press('i');
  await shows(/\["one","a",null,null\]/);
  writeFiles(cwd, { 'events/mine.json': '{"n":7}' });
  press('e');
  // The events of the project stand first.
  await shows(/❯ mine {2}events/);
  press('\r');
  await shows(/\["one","a",null,7\]/);
  press('r');
  await shows(/lambdakit\.json: read, built and deployed again/);
  press('d');
  await shows('--inspect');
  press('q');
  expect((await closed)[0]).toBe(0);
});

it.skipIf(!hasScript)('takes back a question and then ends with Ctrl-C (needs script of util-linux)', async () => {
  const cwd = createTypeScript();
  const { closed, shows, press } = startOnTerminal(cwd);
  await shows('Keys:');
  press('e');
  await shows(/❯ alb/);
  press('\u0003');
  await shows('Nothing was invoked.');
  press('\u0003');
  expect((await closed)[0]).toBe(130);
  expect(existsSync(path.join(cwd, '.lambdakit/local/service.json'))).toBe(false);
});

it('works with a function that needs no build, and with one function of several', async () => {
  const cwd = createFolder({
    'lambdakit.json': projectFile({ hello: hello(), other: hello({ code: 'other' }) }),
    'src/index.mjs': `export const handler = async () => 1;\n`,
    'other/index.mjs': `export const handler = async () => 'other';\n`,
  });
  const dev = await startDev(cwd, 'hello');
  await dev.says('Saving a file');
  expect(await dev.invoke()).toBe(1);
  writeFiles(cwd, { 'src/index.mjs': `import { two } from './two.mjs';\nexport const handler = async () => two;\n` });
  writeFiles(cwd, { 'src/two.mjs': 'export const two = 2;\n' });
  await vi.waitFor(async () => expect(await dev.invoke()).toBe(2), PATIENCE);
  expect((await runBin(['list', '--local', '--json'], { cwd })).stdout).not.toContain('"other"');
  await dev.stop();
});

function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}
