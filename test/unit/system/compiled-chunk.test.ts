import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../../src/system/package-root.js';

/** A program that runs one chunk, in a process of its own because what is compiled is kept for the process. */
const SOURCE = `
import module from 'node:module';
import { keepCompiledCode, runChunk } from './src/system/compiled-chunk.ts';
import { keepHeapSmall } from './src/system/small-heap.ts';
const [cache, file, version, exitCode, lifeMs, hasSmallHeap] = process.argv.slice(2);
module.enableCompileCache(cache);
keepCompiledCode('some-command');
if (hasSmallHeap === 'true') keepHeapSmall();
const run = runChunk(file, version);
process.stdout.write(run('a', 'b').joined());
process.exitCode = Number(exitCode);
setTimeout(() => {}, Number(lifeMs));
`;

/** Two texts of one length, so that V8 takes the compiled code of one for the other. */
const PLUS = `"use strict";(function(left,right){function joined(){return left+'+'+right}return{joined}})`;
const DASH = PLUS.replace('+', '-').replace("'+'", "'-'").replace('left-', 'left+');

function createRoom() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-chunk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'some.script.js');
  const program = path.join(folder, 'program.mjs');
  const stdin = { contents: SOURCE, resolveDir: packageRoot() };
  buildSync({ stdin, outfile: program, bundle: true, format: 'esm', platform: 'node' });
  const run = (
    text: string,
    { version = '1', exitCode = 0, lifeMs = 0, hasSmallHeap = false, env = {} } = {},
  ): string => {
    writeFileSync(file, text);
    const values = [exitCode, lifeMs, hasSmallHeap].map(String);
    const args = [program, path.join(folder, 'cache'), file, version, ...values];
    const variables = { ...process.env, NODE_DISABLE_COMPILE_CACHE: undefined, ...env };
    try {
      return execFileSync(process.execPath, args, { encoding: 'utf8', env: variables });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const kept = (): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => path.basename(path.dirname(name)) === 'chunks')
      .map((name) => path.join(folder, name));
  return { folder, run, kept };
}

it('keeps the compiled code of what has run, for one version of the text', () => {
  const { run, kept } = createRoom();
  expect(DASH).toHaveLength(PLUS.length);
  expect(run(PLUS)).toBe('a+b');
  expect(kept().map((file) => path.basename(file))).toEqual(['some-command.some-1']);
  // That the code is the kept one shows where it is wrong.
  expect(run(DASH)).toBe('a+b');
  expect(run(DASH, { version: '2' })).toBe('a-b');
  expect(kept()).toHaveLength(2);
});

it('keeps and takes the code also where the heap is kept small', () => {
  const { run, kept } = createRoom();
  expect(run(PLUS, { hasSmallHeap: true })).toBe('a+b');
  expect(kept()).toHaveLength(1);
  expect(run(DASH)).toBe('a+b');
  expect(run(DASH, { hasSmallHeap: true })).toBe('a+b');
});

it('removes what it kept of another version, when that is old', () => {
  const { run, kept } = createRoom();
  for (const version of ['1', '2']) run(PLUS, { version });
  const [file = ''] = kept().filter((name) => name.endsWith('-1'));
  const twoWeeksAgo = Date.now() / 1000 - 14 * 24 * 60 * 60;
  utimesSync(file, twoWeeksAgo, twoWeeksAgo);
  expect(run(PLUS, { version: '2' })).toBe('a+b');
  expect(kept()).toHaveLength(2);
  run(PLUS, { version: '3' });
  expect(kept().map((name) => path.basename(name))).toEqual(['some-command.some-2', 'some-command.some-3']);
});

it.each([
  ['is empty', () => Buffer.alloc(0)],
  ['is cut off', (data: Buffer) => data.subarray(0, data.length / 2)],
  ['is something else', () => Buffer.from('something else, and rather long for a text of this kind')],
])('compiles anew what was kept and %s', (_what, damage) => {
  const { run, kept } = createRoom();
  run(PLUS);
  const [file = ''] = kept();
  const whole = readFileSync(file);
  writeFileSync(file, damage(whole));
  expect(run(DASH)).toBe('a-b');
  expect(kept()).toEqual([file]);
  expect(readFileSync(file)).toHaveLength(whole.length);
});

it('keeps nothing of a run that failed, and nothing where Node.js keeps nothing', () => {
  const { run, kept } = createRoom();
  expect(run(PLUS, { exitCode: 1 })).toBe('a+b');
  expect(run(PLUS, { env: { NODE_DISABLE_COMPILE_CACHE: '1' } })).toBe('a+b');
  expect(kept()).toEqual([]);
});

it('keeps what has started and then runs until it is interrupted', () => {
  const { run, kept } = createRoom();
  expect(run(PLUS, { exitCode: 130, lifeMs: 4_000 })).toBe('a+b');
  expect(kept()).toHaveLength(1);
});

it('runs where nothing can be kept', () => {
  const { folder, run } = createRoom();
  run(PLUS, { exitCode: 1 });
  const [version = ''] = readdirSync(path.join(folder, 'cache'));
  writeFileSync(path.join(folder, 'cache', version, 'chunks'), 'in the way');
  expect(run(PLUS)).toBe('a+b');
  expect(readFileSync(path.join(folder, 'cache', version, 'chunks'), 'utf8')).toBe('in the way');
});
