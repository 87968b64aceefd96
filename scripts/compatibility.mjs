/**
 * Writes docs/compatibility.md: which operations of the Lambda API the local service has, and which cases
 * of each a foreign client (boto3) has seen. Run it after the conformance tests:
 *
 *   LAMBDAKIT_CONFORMANCE_LOG=/tmp/cases.jsonl npx vitest run --project conformance test/conformance/boto3
 *   node scripts/compatibility.mjs /tmp/cases.jsonl
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as client from '@aws-sdk/client-lambda';

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
const notImplemented = /Durable|CapacityProvider|ResourcePolicy/;

const rows = operations.map(({ name, method, uri }) => {
  if (notImplemented.test(name)) return `| ${name} | \`${method} ${uri}\` | no: 501 NotImplementedException | |`;
  const own = cases.filter(({ call, error }) => operationName(call) === name && error !== 'NotImplementedException');
  const statuses = [...new Set(own.filter(({ error }) => error === '').map(({ status }) => status))].sort();
  const errors = new Map();
  for (const { error, text } of own) if (error !== '') errors.set(error, (errors.get(error) ?? new Set()).add(text));
  const shown = [...errors].sort().map(([error, texts]) => (texts.size > 1 ? `${error} (${texts.size} texts)` : error));
  return `| ${name} | \`${method} ${uri}\` | ${statuses.join(', ')} | ${shown.join(', ')} |`;
});

const done = operations.filter(({ name }) => !notImplemented.test(name)).length;
await writeFile(
  path.join(root, 'docs', 'compatibility.md'),
  `# Operations of the local Lambda API

<!-- Written by scripts/compatibility.mjs. Do not edit. -->

The local service routes all ${operations.length} operations that the AWS SDK knows and implements ${done} of them. An operation that
it does not have is answered with status 501, error type \`NotImplementedException\` and a message that names it.

The last two columns list what boto3 has seen in the conformance tests: the status of success, and every error
type with the number of different messages that were compared with those of AWS.

| operation | address | success | errors |
|---|---|---|---|
${rows.join('\n')}
`,
);

function operationName(call) {
  return call.replaceAll(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
}
