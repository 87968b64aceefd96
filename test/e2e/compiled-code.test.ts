import { globSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { createProject, root, runBin } from './bin-kit.js';

const env = { NODE_DISABLE_COMPILE_CACHE: undefined };

/** What was kept of each command, without the versions of the chunks. */
function keptIn(cwd: string): readonly string[] {
  return globSync('.cache/lambdakit/compiled/*/chunks/*', { cwd })
    .map((file) => path.basename(file).replace(/-[0-9a-f]{16}$/, ''))
    .sort();
}

it('is kept for each command that ended well, and used by the next run', async () => {
  const cwd = createProject('return event;');
  const invoke = (...args: string[]) => runBin(['local', 'invoke', 'hello', ...args], { cwd, env });
  expect(await invoke('--no-such-flag')).toMatchObject({ code: 2 });
  expect(await invoke('--help')).toMatchObject({ code: 0 });
  expect(keptIn(cwd)).toEqual([]);
  const first = await invoke('--payload', '{"n":1}');
  expect(first).toMatchObject({ code: 0, stdout: '{"n":1}\n' });
  const kept = keptIn(cwd);
  expect(kept).toEqual(expect.arrayContaining(['local-invoke.command', 'local-invoke.local-invoke']));
  expect(await invoke('--payload', '{"n":1}')).toEqual(first);
  expect(keptIn(cwd)).toEqual(kept);
  expect(await runBin(['check'], { cwd, env })).toMatchObject({ code: 0 });
  expect(keptIn(cwd)).toEqual(expect.arrayContaining([...kept, 'check.command']));
});

it('is whole when several begin at once', async () => {
  const cwd = createProject('return event;');
  const results = await Promise.all(
    ['1', '2', '3', '4'].map((payload) => runBin(['local', 'invoke', 'hello', '--payload', payload], { cwd, env })),
  );
  expect(results.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n', '4\n']);
  const kept = keptIn(cwd);
  expect(kept).toEqual([...new Set(kept)]);
  expect((await runBin(['local', 'invoke', 'hello', '--payload', '5'], { cwd, env })).stdout).toBe('5\n');
});

it('has source maps', async () => {
  const { invokeFromSource } = await import(pathToFileURL(path.join(root, 'dist/index.js')).href);
  const fault: Error = await invokeFromSource().catch((error: unknown) => error);
  const [, file = '', line, column] = /at \S+ \((.*\.script\.js):(\d+):(\d+)\)/.exec(fault.stack ?? '') ?? [];
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  const origin = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in origin)) throw new Error(`nothing for ${fault.stack}`);
  const source = path.resolve(path.dirname(file), origin.originalSource);
  expect(path.relative(root, source)).toBe('src/actions/local-invoke.ts');
  const sourceLine = readFileSync(source, 'utf8').split('\n')[origin.originalLine];
  expect(sourceLine?.slice(origin.originalColumn)).toMatch(/^project\(/);
});
