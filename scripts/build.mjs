/**
 * Builds dist/: the product as ES modules with shared chunks, and the programs that run inside a
 * function's process (dist/bootstrap/<family>/), which must not import anything of ours. Nothing is done when
 * nothing has changed since the last build; --force builds all the same.
 */
import { createHash } from 'node:crypto';
import { cp, glob, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildDeflater } from './build-deflater.mjs';
import { buildJavaBootstrap } from './build-java-bootstrap.mjs';
import { lazyOclif, leanBuiltins, leanZod } from './lean-packages.mjs';
import { mergeChunks } from './merge-chunks.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = 'node22.12';

process.chdir(root);
const stampFile = 'node_modules/.cache/lambdakit/build-stamp';
const stamp = await stampOfInputs();
if (!process.argv.includes('--force') && (await isFresh())) process.exit();
// A build goes to a folder of its own and is then moved into place, so that a reader never sees half of one.
const out = `dist.${process.pid}`;
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const commands = await Array.fromAsync(glob('src/commands/**/*.ts'));
const hooks = await Array.fromAsync(glob('src/cli/hooks/*.ts'));
const workers = await Array.fromAsync(glob('src/**/*.worker.ts'));
const options = {
  outdir: out,
  outbase: 'src',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  banner: {
    js: "const require = globalThis.process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
  plugins: [leanBuiltins, leanZod, lazyOclif],
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
};
const { metafile } = await build({
  ...options,
  metafile: true,
  entryPoints: [
    'src/index.ts',
    'src/cli/main.ts',
    'src/cli/help.ts',
    'src/system/compiled-chunk.ts',
    'src/cli/exit-codes.ts',
    'src/config/json-schema.ts',
    ...commands,
    ...hooks,
  ],
  splitting: true,
  // Bundled, because each package is more files to find, read and compile at every start. These two bring binaries or
  // start programs of their own.
  external: ['esbuild', 'fauxqs'],
  mainFields: ['module', 'main'],
  chunkNames: 'chunks/[name]-[hash]',
});
// By themselves: a thread that loads what the program shares takes twice as long to start.
await build({ ...options, entryPoints: workers });

/** What is merged into one chunk: what is loaded together, so that nobody loads more than before. */
const loadedTogether = {
  start: ['src/cli/main.ts', 'src/system/compiled-chunk.ts'],
  'early-namespace': ['src/local/early-namespace.ts'],
  command: [
    'src/cli/framework.ts',
    'src/cli/open-session.ts',
    'src/config/load-project.ts',
    'src/config/json-document.ts',
  ],
  package: ['src/commands/package.ts', 'src/build/build-function.ts', 'src/packaging/package-function.ts'],
  'local-invoke': ['src/commands/local/invoke.ts', 'src/local/invoke-once.ts'],
  invoke: ['src/commands/invoke.ts'],
  deploy: ['src/commands/deploy.ts'],
  aws: ['src/aws/lambda-calls.ts'],
};
const outputOf = (entryPoint) => {
  const output = Object.keys(metafile.outputs).find((file) => metafile.outputs[file].entryPoint === entryPoint);
  if (output === undefined) throw new Error(`${entryPoint} is not loaded by itself any more`);
  return output;
};
const groups = Object.entries(loadedTogether).map(([name, entries]) => {
  // Scripts need somebody who runs them.
  return { name, entries: entries.map(outputOf), staysModule: name === 'start' };
});
await mergeChunks(metafile.outputs, groups, out);

const nodeBootstraps = await Array.fromAsync(glob('src/local/bootstrap/nodejs/*.ts'));
if (nodeBootstraps.length > 0) {
  await build({
    entryPoints: nodeBootstraps.filter((file) => path.basename(file).startsWith('index')),
    outdir: path.join(out, 'bootstrap', 'nodejs'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node18',
    logLevel: 'warning',
  });
}
for await (const file of glob('src/local/bootstrap/**/*.{py,rb,sh,pl,pem}')) {
  const destination = path.join(out, 'bootstrap', path.relative('src/local/bootstrap', file));
  await mkdir(path.dirname(destination), { recursive: true });
  await cp(file, destination);
}

await buildDeflater(path.join(out, 'packaging', 'deflate.wasm'));
await buildJavaBootstrap(path.join(out, 'bootstrap', 'java'));

const old = `dist.old.${process.pid}`;
await rename('dist', old).catch((error) => {
  if (error.code !== 'ENOENT') throw error;
});
await rename(out, 'dist');
await rm(old, { recursive: true, force: true });
await mkdir(path.dirname(stampFile), { recursive: true });
await writeFile(stampFile, `${stamp} ${(await stat('dist')).mtimeMs}`);

async function isFresh() {
  const { mtimeMs } = await stat('dist').catch(() => ({}));
  return (await readFile(stampFile, 'utf8').catch(() => '')) === `${stamp} ${mtimeMs}`;
}

/** Changes with every file that goes into the build, the versions of the packages included. */
async function stampOfInputs() {
  const files = (
    await Array.fromAsync(glob(['src/**/*.*', 'scripts/*.mjs', 'package.json', 'package-lock.json']))
  ).sort();
  const facts = await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs, isFile } = await stat(file).catch(() => ({}));
      return isFile === undefined ? '' : `${file} ${size} ${mtimeMs}`;
    }),
  );
  return createHash('sha256')
    .update([process.version, ...facts].join('\n'))
    .digest('hex');
}
