import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { keepFile } from './keep-file.js';
import { withDefaultHeap } from './small-heap.js';

/** By then a command that runs until it is interrupted (`local start`, `dev`) has started. */
const STARTED_MS = 3_000;

/** So long stays what was kept of another version of the program, which may be in use beside this one. */
const OTHER_VERSION_MS = 7 * 24 * 60 * 60_000;

/** Where the code of one command is kept, and what of it is not there yet. */
let kept: { readonly prefix: string; readonly missing: Map<string, vm.Script> } | undefined;

/**
 * Keeps what is compiled of the chunks from now on for the next run of the same command, when this one ends well or runs
 * for long; one that fails has seen too little of the program. Call it before the first chunk is loaded. Nothing is kept
 * where Node.js keeps nothing either (`NODE_DISABLE_COMPILE_CACHE`).
 */
export function keepCompiledCode(command: string): void {
  const folder = module.getCompileCacheDir();
  if (folder === undefined) return;
  const missing = new Map<string, vm.Script>();
  kept = { prefix: path.join(folder, 'chunks', command), missing };
  setTimeout(() => saveAll(missing), STARTED_MS).unref();
  process.once('exit', (exitCode) => {
    if (exitCode === 0) saveAll(missing);
  });
}

/**
 * Runs a chunk that the build has made a script (scripts/script-chunks.mjs), and gives the function that its module calls.
 * It is compiled from what was kept of it, which has each function that ran before. What Node.js itself keeps of a module is
 * made before the module runs, and has nothing of the functions in it; to compile them is a third of a short command.
 * @param version changes with the text, of which V8 compares the length alone
 */
export function runChunk(file: string, version: string): unknown {
  const name = path.basename(file, '.script.js');
  const keptFile = kept === undefined ? undefined : `${kept.prefix}.${name}-${version}`;
  const cachedData = keptFile === undefined ? undefined : readIfReadable(keptFile);
  const text = readFileSync(file, 'utf8');
  const options = { filename: file, ...(cachedData !== undefined && { cachedData }) };
  const script = withDefaultHeap(() => new vm.Script(text, options));
  const isFound = cachedData !== undefined && script.cachedDataRejected !== true;
  if (keptFile !== undefined && !isFound) kept?.missing.set(keptFile, script);
  return script.runInThisContext();
}

function readIfReadable(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** On the disk before it has its name: V8 believes what it is given, and would crash over half of it. */
function saveAll(scripts: ReadonlyMap<string, vm.Script>): void {
  for (const [file, script] of scripts) {
    const code = withDefaultHeap(() => script.createCachedData());
    if (!keepFile(file, code, { durable: true })) return;
    try {
      removeOtherVersions(file);
    } catch {
      // Another process removes them, too, or has one open on Windows.
    }
  }
}

/** Also what a run that was killed left unfinished. */
function removeOtherVersions(file: string): void {
  const folder = path.dirname(file);
  const prefix = path.basename(file).replace(/[^-]*$/, '');
  const others = readdirSync(folder).filter((name) => name.startsWith(prefix) && name !== path.basename(file));
  for (const name of others.filter((other) => /^[0-9a-f]+(?:\.|$)/.test(other.slice(prefix.length)))) {
    const other = path.join(folder, name);
    const ageMs = Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (ageMs > OTHER_VERSION_MS) rmSync(other, { force: true });
  }
}
