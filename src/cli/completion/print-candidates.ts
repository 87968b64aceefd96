import { readFileSync } from '../../system/files.js';
import { packageRoot } from '../../system/package-root.js';
import { type CommandManifest, completeWords } from './complete-words.js';
import { projectNames } from './project-names.js';

/**
 * Prints one candidate a line, a tab before its description: what the scripts of `lambdakit completion` ask
 * for.
 */
export async function printCandidates(words: readonly string[]): Promise<void> {
  const manifest = JSON.parse(readFileSync(`${packageRoot()}/oclif.manifest.json`, 'utf8')) as CommandManifest;
  const candidates = await completeWords(words, manifest, (kind) => projectNames(kind, words).catch(() => []));
  const lines = candidates.map(({ value, description }) =>
    description === undefined ? value : `${value}\t${description.replaceAll(/\s+/g, ' ')}`,
  );
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}
