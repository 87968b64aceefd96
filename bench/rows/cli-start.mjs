import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measurePair, timeProcess } from '../measure.mjs';

const bin = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../bin/run.js');

/** How long the command line takes to start, against an empty script of the same Node.js. */
export async function rows() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lambdakit-bench-'));
  try {
    const empty = path.join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    const node = () => timeProcess(process.execPath, [empty]);
    const row = async (what, args, budget) => {
      const { oursMs, theirsMs, ratio } = await measurePair(
        () => timeProcess(process.execPath, [bin, ...args], { cwd: folder }),
        node,
        11,
      );
      return {
        what,
        ours: oursMs,
        theirs: theirsMs,
        unit: 'ms',
        peer: 'empty node script',
        ratio,
        ...(budget && { budget }),
      };
    };
    return [await row('lambdakit --version', ['--version'], 3), await row('lambdakit --help', ['--help'], 3)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
