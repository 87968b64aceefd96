import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lambda } from '@aws-sdk/client-lambda';
import { context } from 'esbuild';
import { measurePair, timeProcess } from '../measure.mjs';

const bin = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../bin/run.js');
const MODULES = 1_000;

/**
 * From the save of a file to the answer of the next invocation, which runs the new code, with `lambdakit dev`. The
 * peer is what nobody can leave out: esbuild's own rebuild, and a start of Node.js.
 */
export async function rows() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  const source = path.join(folder, 'src');
  writeProject(folder, source);
  const dev = await startDev(folder);
  const bundler = await context({
    entryPoints: [path.join(source, 'index.ts')],
    ...{ bundle: true, platform: 'node', format: 'cjs', sourcemap: 'linked', metafile: true, write: false },
    outdir: path.join(folder, 'out'),
  });
  const empty = path.join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  let marker = 0;
  const save = () => {
    marker += 1;
    writeFileSync(path.join(source, 'marker.ts'), `export const marker = ${marker};\n`);
  };
  try {
    const { oursMs, theirsMs, ratio } = await measurePair(
      async () => {
        const startedAt = performance.now();
        save();
        // A caller cannot know when the save is taken up: it asks until it gets the new code.
        await dev.swapped();
        if ((await dev.invoke()) !== marker) throw new Error('the invocation ran old code');
        return performance.now() - startedAt;
      },
      async () => {
        const swapped = dev.swapped();
        save();
        // Ours rebuilds at the same save, and must not slow the peer down.
        await swapped;
        const startedAt = performance.now();
        await bundler.rebuild();
        const rebuildMs = performance.now() - startedAt;
        return rebuildMs + (await timeProcess(process.execPath, [empty]));
      },
      11,
    );
    const what = `dev: save, then invoke the new code (TypeScript, ${MODULES} modules)`;
    return [
      {
        what,
        ours: oursMs,
        theirs: theirsMs,
        unit: 'ms',
        peer: 'esbuild rebuild + empty node script',
        ratio,
        budget: 2.5,
      },
    ];
  } finally {
    await bundler.dispose();
    await dev.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function writeProject(folder, source) {
  mkdirSync(path.join(source, 'modules'), { recursive: true });
  const numbers = Array.from({ length: MODULES }, (_, index) => index);
  for (const n of numbers) {
    writeFileSync(
      path.join(source, 'modules', `m${n}.ts`),
      `export function f${n}(x: number): string {\n  return \`the text of module ${n} and \${x * ${n}}\`;\n}\n`,
    );
  }
  writeFileSync(path.join(source, 'marker.ts'), 'export const marker = 0;\n');
  writeFileSync(
    path.join(source, 'index.ts'),
    [
      ...numbers.map((n) => `import { f${n} } from './modules/m${n}.js';`),
      "import { marker } from './marker.js';",
      `const all = [${numbers.map((n) => `f${n}`).join(', ')}];`,
      'export const handler = async () => (all.map((f) => f(1)).length > 0 ? marker : -1);',
    ].join('\n'),
  );
  const hello = { code: 'src', runtime: 'nodejs24.x', handler: 'index.handler', timeout: 20 };
  writeFileSync(path.join(folder, 'lambdakit.json'), JSON.stringify({ functions: { hello } }));
}

async function startDev(cwd) {
  const child = spawn(process.execPath, [bin, 'dev', '--port', '0', '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let wake = () => undefined;
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
    if (String(text).includes('what you have saved')) wake();
  });
  const { endpoint } = await new Promise((resolve, reject) => {
    let output = '';
    child.once('close', () => reject(new Error(`dev has ended: ${errors}`)));
    child.stdout.on('data', (text) => {
      output += text;
      if (output.trimEnd().endsWith('}')) resolve(JSON.parse(output));
    });
  });
  const lambda = new Lambda({
    ...{ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  });
  return {
    swapped: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    invoke: async () => JSON.parse(Buffer.from((await lambda.invoke({ FunctionName: 'hello' })).Payload).toString()),
    stop: async () => {
      lambda.destroy();
      child.kill('SIGTERM');
      await closed;
    },
  };
}
