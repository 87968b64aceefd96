/**
 * Writes docs/compatibility.md: which operations of the Lambda API the local service has, which cases of each a foreign
 * client (boto3) has seen, and what became of every error that is documented for it. Run it after the conformance tests:
 *
 *   LAMBDAKIT_CONFORMANCE_LOG=/tmp/cases.jsonl npx vitest run --project conformance test/conformance/boto3 test/conformance/documented-errors
 *   node scripts/compatibility.mjs /tmp/cases.jsonl
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as client from '@aws-sdk/client-lambda';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [log] = process.argv.slice(2);
if (log === undefined) throw new Error('usage: node scripts/compatibility.mjs CASES.jsonl');

const cases = (await readFile(log, 'utf8'))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const operations = Object.values(client)
  .filter((value) => Array.isArray(value) && value[0] === 9)
  .map(([, , name, traits]) => ({ name, method: traits.http[0], uri: traits.http[1] }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const documented = await loadDocumentedErrors();
const implemented = new Set(documented.map(({ operation }) => operation));
const provoked = documented.filter(({ provocation }) => provocation !== undefined);
const listed = documented.filter(({ reason }) => reason !== undefined);
const renamed = provoked.filter(({ provocation }) => provocation.answer !== undefined);
const open = documented.length - provoked.length - listed.length;
if (open > 0) throw new Error(`${open} documented errors are neither provoked nor listed`);

await writeFile(
  path.join(root, 'docs', 'compatibility.md'),
  `# Operations of the local Lambda API

<!-- Written by scripts/compatibility.mjs. Do not edit. -->

The local service routes all ${operations.length} operations that the AWS SDK knows and implements ${implemented.size} of them. An operation that
it does not have is answered with status 501, error type \`NotImplementedException\` and a message that names it.

For the implemented operations the API reference documents ${documented.length} errors. ${provoked.length} of them are provoked through boto3 by a
test, ${renamed.length} of these come [under another code](#documented-errors-under-another-code); the other ${listed.length} cannot occur locally, and each has its
reason [below](#documented-errors-that-cannot-occur). The test fails when an error is neither.

## Operations

*Success* is the status that boto3 has seen. *Documented* counts the errors of the API reference: those that are provoked, of all.
*Seen* are all errors that the conformance tests have met, the undocumented ones of AWS's front door among them, with the number of
different messages.

| operation | address | success | documented | seen |
|---|---|---|---|---|
${operations.map(operationRow).join('\n')}

## Documented errors under another code

| error | code | operations |
|---|---|---|
${renamedRows().join('\n')}

## Documented errors that cannot occur

| error | operations | why not |
|---|---|---|
${reasonRows().join('\n')}
`,
);

function operationRow({ name, method, uri }) {
  if (!implemented.has(name)) return `| ${name} | \`${method} ${uri}\` | no: 501 NotImplementedException | | |`;
  const own = cases.filter(({ call, error }) => operationName(call) === name && error !== 'NotImplementedException');
  const statuses = [...new Set(own.filter(({ error }) => error === '').map(({ status }) => status))].sort();
  const errors = new Map();
  for (const { error, text } of own) if (error !== '') errors.set(error, (errors.get(error) ?? new Set()).add(text));
  const shown = [...errors].sort().map(([error, texts]) => (texts.size > 1 ? `${error} (${texts.size} texts)` : error));
  const count = (errors) => errors.filter(({ operation }) => operation === name).length;
  return `| ${name} | \`${method} ${uri}\` | ${statuses.join(', ')} | ${count(provoked)} of ${count(documented)} | ${shown.join(', ')} |`;
}

/** One row for an error and the code that comes in its place, with the operations where it does. */
function renamedRows() {
  const groups = new Map();
  for (const { operation, error, provocation } of renamed) {
    const key = `${error} | ${provocation.answer}`;
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  return [...groups].sort().map(([key, names]) => `| ${key} | ${names.sort().join(', ')} |`);
}

/** One row for an error and a reason, with the operations that share them. */
function reasonRows() {
  const groups = new Map();
  for (const { operation, error, reason } of listed) {
    const key = `${error}\n${reason}`;
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  return [...groups].sort().map(([key, names]) => {
    const [error, reason] = key.split('\n');
    const shown = names.length > 20 ? `${names.length} operations` : names.sort().join(', ');
    return `| ${error} | ${shown} | ${reason} |`;
  });
}

/** The table of the test, which is written in TypeScript. */
async function loadDocumentedErrors() {
  const folder = await mkdtemp(path.join(root, 'node_modules', '.compatibility-'));
  try {
    const outfile = path.join(folder, 'documented-errors.mjs');
    const entry = path.join(root, 'test', 'conformance', 'documented-errors', 'index.ts');
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    return (await import(pathToFileURL(outfile).href)).allDocumentedErrors();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function operationName(call) {
  return call.replaceAll(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
}
