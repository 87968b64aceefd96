import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePair, timeProcess } from '../measure.mjs';
import { installPeers } from '../peers.mjs';
import { bin, dummyCredentials } from '../scratch-project.mjs';
import { makeTree } from './package.mjs';

const archiver = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../node_modules/archiver/index.js');
const ROUNDS = 3;

/** `lambdakit package` with nothing remembered, against what else makes a package: archiver used plainly, 7-Zip, osls. */
export async function rows() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  try {
    const tree = path.join(folder, 'tree');
    if (makeTree(tree) === undefined) {
      return [{ what: 'package', peer: 'archiver', skipped: 'the packages of bench/tree cannot be installed' }];
    }
    const functions = { big: { code: 'tree', runtime: 'provided.al2023', handler: 'x', build: { builder: 'none' } } };
    writeFileSync(path.join(folder, 'lambdakit.json'), JSON.stringify({ functions }));
    const ours = () => {
      rmSync(path.join(folder, '.lambdakit'), { recursive: true, force: true });
      return timeProcess(process.execPath, [bin, 'package', '--quiet'], { cwd: folder });
    };
    const measured = [];
    for (const { peer, start, missing } of [archiverPlainly(folder), sevenZip(folder), osls(folder)]) {
      if (missing !== undefined) measured.push({ what: 'package', peer, skipped: missing });
      else {
        const { oursMs, theirsMs, ratio } = await measurePair(ours, start, ROUNDS);
        measured.push({ what: 'package', ours: oursMs, theirs: theirsMs, unit: 'ms', peer, ratio });
      }
    }
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As its own documentation shows it: one folder, one pipe. */
function archiverPlainly(folder) {
  const script = path.join(folder, 'plain.mjs');
  writeFileSync(
    script,
    `import { createWriteStream } from 'node:fs';
import { ZipArchive } from ${JSON.stringify(archiver)};
const archive = new ZipArchive({ zlib: { level: 6 } });
archive.pipe(createWriteStream('archiver.zip'));
archive.directory('tree', false);
await archive.finalize();
`,
  );
  return {
    peer: 'archiver, level 6',
    start: () => timeProcess(process.execPath, [script], { cwd: folder }),
  };
}

function sevenZip(folder) {
  const archive = path.join(folder, '7z.zip');
  return {
    peer: '7z a -tzip -mx=5',
    missing: spawnSync('7z', ['--help']).error === undefined ? undefined : '7z is not installed',
    start: () => {
      rmSync(archive, { force: true });
      return timeProcess('7z', ['a', '-tzip', '-mx=5', '-bso0', '-bsp0', archive, '.'], {
        cwd: path.join(folder, 'tree'),
      });
    },
  };
}

/** The maintained fork of the Serverless Framework; development dependencies are not looked for, as with us. */
function osls(folder) {
  const peers = installPeers();
  const tree = path.join(folder, 'tree');
  writeFileSync(
    path.join(tree, 'serverless.yml'),
    'service: bench\nprovider: { name: aws, runtime: nodejs20.x, region: us-east-1 }\npackage: { excludeDevDependencies: false }\nfunctions: { big: { handler: index.handler } }\n',
  );
  writeFileSync(path.join(tree, 'index.js'), 'exports.handler = async () => 1;\n');
  return {
    peer: 'osls package',
    missing: peers === undefined ? 'the peers cannot be installed' : undefined,
    start: () => {
      const program = path.join(peers, 'node_modules/osls/bin/serverless.js');
      const args = [program, 'package', '--package', path.join(folder, 'osls')];
      return timeProcess(process.execPath, args, { cwd: tree, env: dummyCredentials });
    },
  };
}
