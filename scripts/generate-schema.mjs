/** Writes schema/lambdakit.schema.json from the zod schema of the project file. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// Inside the project, so that the bundle finds the packages that it imports.
const bundle = path.join(root, 'node_modules', `.json-schema.${process.pid}.mjs`);
try {
  await build({
    entryPoints: [path.join(root, 'src/config/json-schema.ts')],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const { projectJsonSchema } = await import(pathToFileURL(bundle).href);
  await mkdir(path.join(root, 'schema'), { recursive: true });
  await writeFile(
    path.join(root, 'schema', 'lambdakit.schema.json'),
    `${JSON.stringify(projectJsonSchema(), null, 2)}\n`,
  );
} finally {
  await rm(bundle, { force: true });
}
