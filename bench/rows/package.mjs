import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePair, timeProcess } from '../measure.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = path.join(root, 'bin', 'run.js');
const MAX_FILES = 7_500;
const MAX_BYTES = 52_000_000;
const ROUNDS = 5;

/** `lambdakit package` as a whole process against Info-ZIP's `zip -r -6`, on a part of our own node_modules. */
export async function rows() {
  if (spawnSync('zip', ['-v']).error !== undefined) {
    return [{ what: 'package', peer: 'zip -r -6', skipped: 'zip is not installed' }];
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  try {
    const tree = path.join(folder, 'tree');
    const { files, bytes, touched } = makeTree(tree);
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
      return { what, ours: oursMs, theirs: theirsMs, unit: 'ms', peer: 'zip -r -6', ratio, budget };
    };
    const size = `${files} files, ${Math.round(bytes / 1e6)} MB`;
    const measured = [
      await row(`package, ${size}`, 0.4, () =>
        rmSync(path.join(folder, '.lambdakit'), { recursive: true, force: true }),
      ),
      await row('package again, one file changed', 0.2, () => appendFileSync(touched, '\n')),
      await row('package again, nothing changed', 0.12, () => undefined),
    ];
    const ourBytes = statSync(path.join(folder, '.lambdakit', 'packages', 'big.zip')).size / 1e6;
    const theirBytes = statSync(archive).size / 1e6;
    const sizes = { ours: ourBytes, theirs: theirBytes, unit: 'MB', ratio: ourBytes / theirBytes, budget: 1 };
    return [...measured, { what: 'size of the package', peer: 'zip -r -6', ...sizes }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies packages in the order of their names until there is enough, leaving out big programs. */
function makeTree(tree) {
  const source = path.join(root, 'node_modules');
  const left = { files: 0, bytes: 0, touched: '' };
  mkdirSync(path.join(tree, 'node_modules'), { recursive: true });
  for (const name of readdirSync(source).sort()) {
    if (left.files >= MAX_FILES || left.bytes >= MAX_BYTES) break;
    if (name.startsWith('.') || /^(node|@biomejs|@typescript|@rolldown|@esbuild|lightningcss.*)$/.test(name)) continue;
    const target = path.join(tree, 'node_modules', name);
    cpSync(path.join(source, name), target, { recursive: true, filter: (file) => path.basename(file) !== '.bin' });
    for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      left.files += 1;
      left.bytes += statSync(file).size;
      if (entry.name === 'package.json') left.touched = file;
    }
  }
  return left;
}
