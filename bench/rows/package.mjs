import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePair, timeProcess } from '../measure.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = path.join(root, 'bin', 'run.js');
const ROUNDS = 5;

/** `lambdakit package` as a whole process against Info-ZIP's `zip -r -6`, on a real node_modules. */
export async function rows() {
  if (spawnSync('zip', ['-v']).error !== undefined) {
    return [{ what: 'package', peer: 'zip -r -6', skipped: 'zip is not installed' }];
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  try {
    const tree = path.join(folder, 'tree');
    const made = makeTree(tree);
    if (made === undefined) {
      return [{ what: 'package', peer: 'zip -r -6', skipped: 'the packages of bench/tree cannot be installed' }];
    }
    const { files, bytes, touched } = made;
    const functions = { big: { code: 'tree', runtime: 'provided.al2023', handler: 'x', build: { builder: 'none' } } };
    writeFileSync(path.join(folder, 'lambdakit.json'), JSON.stringify({ functions }));
    const archive = path.join(folder, 'zip.zip');
    const zip = () => {
      rmSync(archive, { force: true });
      return timeProcess('zip', ['-qr', '-6', archive, '.'], { cwd: tree });
    };
    const lambdakit = () => timeProcess(process.execPath, [bin, 'package', '--quiet'], { cwd: folder });
    const row = async (what, budget, prepare) => {
      const ours = () => {
        prepare();
        return lambdakit();
      };
      const { oursMs, theirsMs, ratio } = await measurePair(ours, zip, ROUNDS);
      const clock = { what, ours: oursMs, theirs: theirsMs, unit: 'ms', peer: 'zip -r -6', ratio, budget };
      prepare();
      const ownSeconds = processorSeconds(process.execPath, [bin, 'package', '--quiet'], folder);
      rmSync(archive, { force: true });
      const zipSeconds = processorSeconds('zip', ['-qr', '-6', archive, '.'], tree);
      if (ownSeconds === undefined || zipSeconds === undefined) return [clock];
      const processor = { ours: ownSeconds, theirs: zipSeconds, unit: 's', ratio: ownSeconds / zipSeconds };
      return [clock, { what: `${what}, processor time`, peer: 'zip -r -6', ...processor }];
    };
    const size = `${files} files, ${Math.round(bytes / 1e6)} MB`;
    const measured = [
      ...(await row(`package, ${size}`, 0.4, () =>
        rmSync(path.join(folder, '.lambdakit'), { recursive: true, force: true }),
      )),
      ...(await row('package again, one file changed', 0.2, () => appendFileSync(touched, '\n'))),
      ...(await row('package again, nothing changed', 0.12, () => undefined)),
    ];
    const ourBytes = statSync(path.join(folder, '.lambdakit', 'packages', 'big.zip')).size / 1e6;
    const theirBytes = statSync(archive).size / 1e6;
    const sizes = { ours: ourBytes, theirs: theirBytes, unit: 'MB', ratio: ourBytes / theirBytes, budget: 1 };
    return [...measured, { what: 'size of the package', peer: 'zip -r -6', ...sizes }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The packages of bench/tree/package-lock.json, installed once into a cache folder and copied from there:
 * the same 7,869 files on every machine. Undefined where they cannot be had.
 */
export function makeTree(tree) {
  const lock = readFileSync(path.join(root, 'bench', 'tree', 'package-lock.json'));
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const name = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const cache = path.join(caches, 'lambdakit-bench', name);
  if (!existsSync(cache) && !install(cache)) return undefined;
  cpSync(cache, tree, { recursive: true, filter: (file) => path.basename(file) !== '.bin' });
  const found = { files: 0, bytes: 0, touched: path.join(tree, 'node_modules', 'lodash', 'package.json') };
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    found.files += 1;
    found.bytes += statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return found;
}

function install(cache) {
  const unfinished = `${cache}.${process.pid}`;
  cpSync(path.join(root, 'bench', 'tree'), unfinished, { recursive: true });
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: unfinished });
  if (status === 0) renameSync(unfinished, cache);
  rmSync(unfinished, { recursive: true, force: true });
  return status === 0;
}

/** Seconds of processor time, user and system: less disturbed by what else the machine does than the time on the clock. */
function processorSeconds(command, args, cwd) {
  const { stderr, error, status } = spawnSync('/usr/bin/time', ['-f', '%U %S', command, ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (error !== undefined || status !== 0) return undefined;
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return user + system;
}
