import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

const SOURCES = 'src/packaging/assembly';
const CACHE = 'node_modules/.cache/lambdakit';

/**
 * Compiles the deflater of packages to WebAssembly, as `file`. It is kept by the hash of the sources and of the
 * compiler's version, because to load the compiler takes longer than all the rest of the build.
 */
export async function buildDeflater(file) {
  const sources = (await Array.fromAsync(glob(`${SOURCES}/*.ts`))).sort();
  const hash = createHash('sha256').update(await readFile('node_modules/assemblyscript/package.json'));
  for (const source of sources) hash.update(source).update(await readFile(source));
  const cached = path.join(CACHE, `deflater-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(cached)) await compile(cached);
  await mkdir(path.dirname(file), { recursive: true });
  await cp(cached, file);
}

async function compile(file) {
  const { default: asc } = await import('assemblyscript/asc');
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  // Nothing is ever allocated, so there is no runtime; the first bytes of memory stay free for constants.
  const options = ['--runtime', 'stub', '--memoryBase', '64', '--initialMemory', '64', '--noAssert'];
  const { error, stderr } = await asc.main([
    `${SOURCES}/deflate.ts`,
    ...['--outFile', unfinished, '-O3', '--converge', ...options],
  ]);
  if (error !== null) throw new Error(`the deflater cannot be compiled: ${stderr.toString()}`, { cause: error });
  await rename(unfinished, file);
}
