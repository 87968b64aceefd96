/**
 * Writes the files that are made from the built product: oclif.manifest.json, the JSON Schema of the
 * project file, docs/commands, docs/exit-codes.md and docs/project-file.md. With --check nothing is written, and stale files make it fail.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { commandPages } from './command-pages.mjs';
import { referencePages } from './reference-pages.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const isCheck = process.argv.includes('--check');

const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
const manifest = JSON.parse(JSON.stringify(plugin.manifest));
manifest.commands = Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)));

const { projectJsonSchema } = await import('../dist/config/json-schema.js');
const { EXIT_CODES, EXIT_CODE_OF } = await import('../dist/cli/exit-codes.js');
const files = new Map([
  ['oclif.manifest.json', `${JSON.stringify(manifest, null, 2)}\n`],
  ['schema/lambdakit.schema.json', `${JSON.stringify(projectJsonSchema(), null, 2)}\n`],
  ...commandPages(manifest, EXIT_CODES),
  ...referencePages({ exitCodes: EXIT_CODES, exitCodeOf: EXIT_CODE_OF, schema: projectJsonSchema() }),
]);

const stale = [];
for (const [name, content] of files) {
  const file = path.join(root, name);
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current === content) continue;
  stale.push(name);
  if (isCheck) continue;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
if (isCheck && stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run npm run generate.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(stale.length === 0 ? 'All generated files are fresh.\n' : `Written: ${stale.join(', ')}\n`);
}
