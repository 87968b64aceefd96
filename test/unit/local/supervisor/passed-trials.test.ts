import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPassedTrials } from '../../../../src/local/supervisor/passed-trials.js';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lambdakit-trials-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe.skipIf(process.platform !== 'linux')(
  'trials that have passed (Linux: other systems do not tell a boot)',
  () => {
    it('are remembered by the next process', async () => {
      const folder = path.join(await createFolder(), 'cache');
      const trials = openPassedTrials(folder);
      expect(await trials.has('a')).toBe(false);
      await trials.note('a');
      await trials.note('b');
      expect(await trials.has('a')).toBe(true);
      const later = openPassedTrials(folder);
      expect([await later.has('a'), await later.has('b'), await later.has('c')]).toEqual([true, true, false]);
    });

    it('are forgotten with the next boot, and for another user or container', async () => {
      const folder = await createFolder();
      await openPassedTrials(folder).note('a');
      const file = path.join(folder, 'passed-trials.json');
      const notes = JSON.parse(await readFile(file, 'utf8')) as { session: string };
      await writeFile(file, JSON.stringify({ ...notes, session: notes.session.replace(/^\S+/, 'another-boot') }));
      const later = openPassedTrials(folder);
      expect(await later.has('a')).toBe(false);
      await later.note('b');
      expect(await openPassedTrials(folder).has('a')).toBe(false);
    });

    it.each(['', '{', 'null', '[]', '{"session":1,"passed":"a"}'])('survive a broken file: %s', async (text) => {
      const folder = await createFolder();
      await writeFile(path.join(folder, 'passed-trials.json'), text);
      const trials = openPassedTrials(folder);
      expect(await trials.has('a')).toBe(false);
      await trials.note('a');
      expect(await openPassedTrials(folder).has('a')).toBe(true);
    });

    it('cost no more than a repetition where nothing can be written', async () => {
      const folder = await createFolder();
      await writeFile(path.join(folder, 'file'), '');
      const trials = openPassedTrials(path.join(folder, 'file'));
      expect(await trials.has('a')).toBe(false);
      await trials.note('a');
    });
  },
);
